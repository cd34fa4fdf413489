//! The disks that virtual machines create themselves. Each is a node like a declared disk, with the machine's scope, region and condition and with what the
//! machine states
//! of it, so that whatever names it (an id, an existing disk, an attribute of the machine) finds it.

use rustc_hash::FxHashMap;

use crate::canonical::canonical;
use crate::choice::lift;
use crate::deployment::Deployment;
use crate::fault::guarded;
use crate::node::{DeploymentId, NodeId};
use crate::path::{AsPath, PathStep, PropertyPath};
use crate::resource::{Presence, Resource, ResourceType};
use crate::value::{Kind, Object, Value};

const DISK: &str = "Microsoft.Compute/disks";
const MACHINE: &str = "microsoft.compute/virtualmachines";
const SCALE_SET: &str = "microsoft.compute/virtualmachinescalesets";
const INSTANCE: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines";
/// The most data disks that an Azure VM can have.
/// <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>
const MOST_DATA_DISKS: usize = 64;
/// The most such disks of one estate; those above the limit are not found, which hides findings and makes none.
const MOST: usize = 1 << 16;

/// Which disk of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MachineDisk {
    Os,
    /// The data disk at this index.
    Data(usize),
}

/// The machine that creates a disk.
#[derive(Clone, Copy, Debug)]
pub struct Maker {
    /// The virtual machine; for a disk of a scale set's instance the scale set.
    pub machine: NodeId,
    /// Whether it is the OS disk.
    pub is_os: bool,
}

/// The disks that machines create, by machine and by disk.
#[derive(Debug, Default)]
pub(crate) struct MachineDisks {
    pub(crate) of: FxHashMap<(NodeId, MachineDisk), NodeId>,
    pub(crate) makers: FxHashMap<NodeId, Maker>,
}

/// A machine, and where its disks are stated.
struct DiskSource<'a> {
    /// The resource that states the disks.
    source: &'a Resource,
    /// The machine whose attributes name them.
    machine: NodeId,
    /// The path of the storage profile in `source`.
    profile: &'static str,
}

impl MachineDisk {
    /// Its path below the storage profile.
    fn path(self) -> String {
        match self {
            Self::Os => "osDisk".to_owned(),
            Self::Data(index) => format!("dataDisks[{index}]"),
        }
    }
}

/// The disk and its attribute (`managedDisk.id`, `name`) that the path of a machine's attribute names.
pub(crate) fn attribute(path: &PropertyPath) -> Option<(MachineDisk, String)> {
    let mut steps = path.steps();
    let mut member = |name: &str| matches!(steps.next(), Some(PathStep::Member(m)) if m.eq_ignore_ascii_case(name));
    if !member("properties") || !member("storageProfile") {
        return None;
    }
    let disk = match steps.next()? {
        PathStep::Member(name) if name.eq_ignore_ascii_case("osDisk") => MachineDisk::Os,
        PathStep::Member(name) if name.eq_ignore_ascii_case("dataDisks") => match steps.next()? {
            PathStep::Item(index) => MachineDisk::Data(index),
            PathStep::Member(_) => return None,
        },
        _ => return None,
    };
    let mut rest = Vec::new();
    for step in steps {
        let PathStep::Member(name) = step else { return None };
        rest.push(name.to_ascii_lowercase());
    }
    Some((disk, rest.join(".")))
}

/// The path of a machine's attribute that names the disk which the attribute at `path` of one of its restore points has kept.
pub(crate) fn restored(path: &PropertyPath) -> Option<String> {
    let steps: Vec<PathStep<'_>> = path.steps().collect();
    let [properties, metadata, profile @ ..] = &steps[..] else { return None };
    if !properties.is(PathStep::Member("properties")) || !metadata.is(PathStep::Member("sourceMetadata")) {
        return None;
    }
    let of_machine = profile.iter().fold(PropertyPath::from("properties"), |path, step| match step {
        PathStep::Member(name) => path.member(name),
        PathStep::Item(index) => path.item(*index),
    });
    match attribute(&of_machine)? {
        (disk, kept) if kept == "diskrestorepoint.id" || kept == "manageddisk.id" => {
            Some(format!("properties.storageProfile.{}.managedDisk.id", disk.path()))
        }
        _ => None,
    }
}

/// Adds the disks that the machines of `deployments` make after their other resources. Also the deployments in which a fault ended that: their machines make none.
pub(crate) fn add(deployments: &mut [Deployment]) -> (MachineDisks, Vec<DeploymentId>) {
    let (mut disks, mut faults) = (MachineDisks::default(), Vec::new());
    for deployment in deployments {
        let key = deployment.key.to_string();
        if guarded("disks of machines", &key, || disks.add(deployment)).is_none() {
            disks.of.retain(|(machine, _), _| machine.deployment != deployment.id);
            disks.makers.retain(|disk, _| disk.deployment != deployment.id);
            faults.push(deployment.id);
        }
    }
    (disks, faults)
}

impl MachineDisks {
    fn add(&mut self, deployment: &mut Deployment) {
        // An estate that is made of another one's deployments has them already.
        deployment.resources.retain(|resource| resource.presence != Presence::ByMachine);
        let first = deployment.resources.len();
        let mut made = Vec::new();
        for machine in machines(deployment) {
            let count = data_disks(&machine.source.get(&format!("{}.dataDisks", machine.profile)));
            for which in std::iter::once(MachineDisk::Os).chain((0..count).map(MachineDisk::Data)) {
                let Ok(index) = u32::try_from(first + made.len()) else { break };
                let id = NodeId { deployment: deployment.id, index };
                if self.makers.len() < MOST
                    && let Some(disk) = disk(&machine, which, id)
                {
                    made.push(disk);
                    self.of.insert((machine.machine, which), id);
                    self.makers.insert(id, Maker { machine: machine.source.id, is_os: which == MachineDisk::Os });
                }
            }
        }
        deployment.resources.extend(made);
    }
}

/// The declared machines, and the instances of declared scale sets that the code names.
fn machines(deployment: &Deployment) -> Vec<DiskSource<'_>> {
    let mut out = Vec::new();
    let mut sets: FxHashMap<String, &Resource> = FxHashMap::default();
    for resource in deployment.resources.iter().filter(|r| r.presence == Presence::Declared) {
        match resource.kind.folded() {
            MACHINE => {
                out.push(DiskSource { source: resource, machine: resource.id, profile: "properties.storageProfile" });
            }
            SCALE_SET => {
                if let Some(name) = resource.names.last() {
                    sets.insert(folded(name), resource);
                }
            }
            _ => {}
        }
    }
    for instance in deployment.resources.iter().filter(|r| r.kind.folded() == INSTANCE) {
        let set = instance.names.first().and_then(|name| sets.get(&folded(name)));
        out.extend(set.map(|set| DiskSource {
            source: set,
            machine: instance.id,
            profile: "properties.virtualMachineProfile.storageProfile",
        }));
    }
    out
}

fn folded(name: &Value) -> String {
    canonical(name).to_ascii_lowercase()
}

/// The number of data disks in the longest arm of `list`.
fn data_disks(list: &Value) -> usize {
    let mut most = 0;
    let mut open = vec![list];
    while let Some(value) = open.pop() {
        match &value.kind {
            Kind::Choice(choice) => open.extend([&choice.then, &choice.otherwise]),
            Kind::Array(array) => most = most.max(array.items.len()),
            _ => {}
        }
    }
    most.min(MOST_DATA_DISKS)
}

/// The disk `which` as a resource, where the machine creates one.
fn disk(machine: &DiskSource<'_>, which: MachineDisk, id: NodeId) -> Option<Resource> {
    let source = machine.source;
    let path = format!("{}.{}", machine.profile, which.path());
    let stated = source.get(&path);
    let made = is_made(&stated);
    let condition = lift("and", &[source.condition.clone(), made], &mut |parts| {
        Value::bool(parts.iter().all(|part| part.as_bool() == Some(true)))
    });
    if condition.as_bool() == Some(false) || matches!(condition.kind, Kind::Symbol(_)) {
        return None;
    }
    let lun = stated.get("lun");
    let noun = match (which, lun.as_literal()) {
        (MachineDisk::Os, _) => "OS disk".to_owned(),
        (MachineDisk::Data(_), Some(lun)) => format!("data disk {lun}"),
        (MachineDisk::Data(index), None) => format!("data disk {index}"),
    };
    let span = source.span_at(&path);
    Some(Resource {
        id,
        kind: ResourceType::new(DISK),
        address: format!("{} ({noun})", source.address).into(),
        names: vec![name(&stated, machine, which)],
        scope: source.scope.clone(),
        location: source.location.clone(),
        presence: Presence::ByMachine,
        condition,
        body: body(machine, which, &stated),
        further: source.further,
        extends: Value::null(),
        span,
        whole: source.whole,
        calls: source.calls.clone(),
        dialect: source.dialect,
    })
}

/// Whether the machine creates the stated disk: it is managed, not attached, and not an ephemeral one on the host.
fn is_made(stated: &Value) -> Value {
    let parts = [
        stated.clone(),
        stated.get("createOption"),
        stated.get("managedDisk.id"),
        stated.get("vhd.uri"),
        stated.get("diffDiskSettings.option"),
    ];
    let absent = |value: &Value| value.is_null() || value.as_str() == Some("");
    let made = lift("made", &parts, &mut |parts| {
        let [disk, option, attached, blob, local] = parts else { return Value::bool(false) };
        let copies = match &option.kind {
            Kind::Null => true,
            Kind::String(option) => !option.eq_ignore_ascii_case("Attach"),
            _ => false,
        };
        Value::bool(disk.as_object().is_some() && copies && [attached, blob, local].into_iter().all(absent))
    });
    if matches!(made.kind, Kind::Symbol(_)) { Value::bool(false) } else { made }
}

/// Its name; where the machine states none, Azure makes one up, which only the machine's attribute refers to.
fn name(stated: &Value, machine: &DiskSource<'_>, which: MachineDisk) -> Value {
    let own = Value::reference(machine.machine, format!("properties.storageProfile.{}.name", which.path()));
    if machine.source.id != machine.machine {
        return own; // a scale set's instances share no name
    }
    lift("name", &[stated.get("name")], &mut |parts| match parts {
        [name] if !name.is_null() && name.as_str() != Some("") => name.clone(),
        _ => own.clone(),
    })
}

/// What the machine states of the disk, at the paths that a disk resource has.
fn body(machine: &DiskSource<'_>, which: MachineDisk, stated: &Value) -> Value {
    let option = stated.get("createOption");
    let image = machine.source.get(&format!("{}.imageReference.id", machine.profile));
    let from_image = |value: Value| {
        lift("from_image", &[option.clone(), value], &mut |parts| match parts {
            [option, value] if option.is_null() || is(option, "FromImage") => value.clone(),
            _ => Value::null(),
        })
    };
    let lun = if which == MachineDisk::Os { Value::null() } else { stated.get("lun") };
    let set = "managedDisk.diskEncryptionSet.id";
    let confidential = "managedDisk.securityProfile.diskEncryptionSet.id";
    let ade = if which == MachineDisk::Os { stated.get("encryptionSettings.enabled") } else { Value::null() };
    let image = object([("id", from_image(image)), ("lun", from_image(lun))]);
    let creation = object([
        ("createOption", option.clone()),
        ("imageReference", image),
        ("sourceResourceId", stated.get("sourceResource.id")),
    ]);
    object([
        ("managedBy", Value::reference(machine.machine, "id")),
        ("sku", object([("name", stated.get("managedDisk.storageAccountType"))])),
        (
            "properties",
            object([
                ("creationData", creation),
                ("diskSizeGB", stated.get("diskSizeGB")),
                ("encryption", object([("diskEncryptionSetId", stated.get(set))])),
                ("securityProfile", object([("secureVMDiskEncryptionSetId", stated.get(confidential))])),
                ("encryptionSettingsCollection", object([("enabled", ade)])),
            ]),
        ),
    ])
}

fn is(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|v| v.eq_ignore_ascii_case(text))
}

/// An object of those members that are present; null where none is.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Object::default();
    for (name, value) in members {
        if !value.is_null() {
            object.insert(name, None, value);
        }
    }
    if object.entries.is_empty() { Value::null() } else { Value::object(object) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_machines_attribute_tells_disk_and_attribute() {
        let all = |path: &str| attribute(&path.into());
        assert_eq!(
            all("properties.storageProfile.osDisk.managedDisk.id"),
            Some((MachineDisk::Os, "manageddisk.id".to_owned()))
        );
        assert_eq!(all("Properties.StorageProfile.DataDisks[2].name"), Some((MachineDisk::Data(2), "name".to_owned())));
        assert_eq!(all("properties.storageProfile.dataDisks.name"), None);
        assert_eq!(all("properties.storageProfile.imageReference.id"), None);
        assert_eq!(all("id"), None);
    }

    #[test]
    fn a_restore_points_attribute_tells_the_machines_disk() {
        let of = |path: &str| restored(&path.into());
        assert_eq!(
            of("properties.sourceMetadata.storageProfile.dataDisks[1].diskRestorePoint.id").as_deref(),
            Some("properties.storageProfile.dataDisks[1].managedDisk.id")
        );
        assert_eq!(of("properties.sourceMetadata.storageProfile.osDisk.name"), None);
        assert_eq!(of("properties.storageProfile.osDisk.diskRestorePoint.id"), None);
    }
}
