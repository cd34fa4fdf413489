//! CMK090: each disk and image names an encryption set.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::DISK_POLICY;
use crate::rule::Rule;
use crate::view::{Content, Crypt, Role, Slot, Stated, is_text};
use cmklint_graph::{Cases, Target, Value, World};

static META: RuleMeta = RuleMeta {
    id: "CMK090",
    name: "disk_without_cmk",
    level: Level::Warning,
    restrictions: &[&DISK_POLICY],
    default_on: false,
    security_severity: Some("3.0"),
    options: &[],
    page: page!("CMK090"),
};

/// The rule.
pub(crate) struct DiskWithoutCmk;

impl Rule for DiskWithoutCmk {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.disks().filter(|s| cx.is_checked(s.node) && s.role != Role::Snapshot) {
            for world in cx.stated(slot, &slot.world).filter(Stated::is_nothing).worlds() {
                for world in bare(cx, slot, &world) {
                    let whole = matches!(slot.role, Role::Disk | Role::ImageOs | Role::ImageData);
                    cx.finding(slot.node, if whole { "" } else { &slot.object })
                        .world(&world)
                        .message(format!("{} names no encryption set", cx.describe(slot)))
                        .words("no encryption set")
                        .help(help(cx, slot))
                        .push(out);
                }
            }
        }
    }
}

/// The worlds in which `slot`, which names no set, is a new disk that certainly has no customer-managed key.
fn bare(cx: &Context<'_>, slot: &Slot, world: &World) -> Vec<World> {
    match slot.role {
        Role::Disk | Role::Snapshot | Role::Service(_) => vec![world.clone()],
        Role::MachineOs | Role::MachineData | Role::ScaleOs | Role::ScaleData => {
            // An attached disk is reported by itself.
            let attached = cx.targets(slot.node, &slot.at("managedDisk.id"), world);
            let of_its_own = attached.filter(|target| matches!(target, Target::Nothing));
            // An ephemeral disk is on the VM's host; one in a storage account is a blob.
            let mut managed: Vec<World> = of_its_own.worlds().collect();
            for path in ["diffDiskSettings.option", "vhd.uri", "vhdContainers"] {
                let without = managed.iter().flat_map(|world| cx.values(slot.node, &slot.at(path), world));
                managed = without.filter(|(_, value)| value.is_null()).map(|(world, _)| world).collect();
            }
            let options: Cases<Value> =
                managed.iter().flat_map(|world| cx.values(slot.node, &slot.at("createOption"), world)).collect();
            let made = |option: &Value| option.is_null() || option.as_str().is_some() && !is_text(option, "Attach");
            options.filter(made).worlds().collect()
        }
        Role::ImageOs | Role::ImageData => {
            let content = if slot.is_os() { Content::Os } else { Content::Data(cx.get(slot.node, &slot.at("lun"))) };
            let crypt = cx.crypt(slot.node, &content, &Value::null(), world);
            crypt.filter(|crypt| matches!(crypt, Crypt::Platform)).worlds().collect()
        }
    }
}

/// What to write for the disk: the only set beside it that is in its region, where there is one.
fn help(cx: &Context<'_>, slot: &Slot) -> String {
    let path = slot.uses().into_iter().next().map_or_else(String::new, |used| used.path);
    let set = cx.only_set_in(slot.node, &cx.get(slot.node, "location"));
    match set.and_then(|set| cx.set_to_id(slot.node, &path, set)) {
        Some(line) => format!("Name an encryption set: {line}"),
        None => {
            format!("Name an encryption set of the disk's region and subscription in {}", cx.property(slot.node, &path))
        }
    }
}
