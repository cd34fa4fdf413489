//! Which machine creates a disk, and which disk a machine's attribute refers to.

use crate::cases::Cases;
use crate::choice::lift;
use crate::compare::is_guid;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::machine_disks::{Maker, attribute, restored};
use crate::node::{DeploymentId, NodeId};
use crate::resolve::Target;
use crate::resource::{Presence, Resource};
use crate::value::{Kind, Ref, Value};
use crate::world::World;

const COLLECTION: &str = "Microsoft.Compute/restorePointCollections";
const RESTORE_POINT: &str = "microsoft.compute/restorepointcollections/restorepoints";
const DISK_RESTORE_POINT: &str = "microsoft.compute/restorepointcollections/restorepoints/diskrestorepoints";
const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const DISK: &str = "Microsoft.Compute/disks";

impl Estate {
    /// The machine that creates the disk at `node`, where one does.
    #[must_use]
    pub fn maker(&self, node: NodeId) -> Option<Maker> {
        self.machine_disks.makers.get(&node).copied()
    }

    /// `stated` as the value of the attribute `named`; where the attribute is that of a disk that the machine creates and `stated` leaves the id out, the id of
    /// that disk.
    pub(crate) fn with_made_disk(&self, named: &Ref, stated: Value) -> Value {
        if stated.is_null()
            && let Some(point) = self.resource(named.node).filter(|resource| resource.kind.folded() == RESTORE_POINT)
        {
            return self.disk_of_restore_point(point, named).unwrap_or(stated);
        }
        let Some((disk, attribute)) = attribute(&named.path) else { return stated };
        // Nothing is stated of a scale set's instance that the code only refers to.
        let open = self.resource(named.node).is_some_and(|resource| resource.presence == Presence::Existing);
        match self.machine_disks.of.get(&(named.node, disk)) {
            Some(made) if attribute == "manageddisk.id" => lift("made", &[stated], &mut |parts| match parts {
                [stated] if !(stated.is_null() || open && matches!(stated.kind, Kind::Symbol(_))) => stated.clone(),
                _ => Value::reference(*made, "id"),
            }),
            _ => stated,
        }
    }

    /// The disk that a restore point's `named` attribute says was kept: the machine's, where the collection is one of a machine. A copy of restore points of
    /// another region is left alone: what is made of it need not be where the machine is.
    fn disk_of_restore_point(&self, point: &Resource, named: &Ref) -> Option<Value> {
        let of_machine = restored(&named.path)?;
        let collection = ResourceId::in_scope(&point.scope, COLLECTION, vec![point.names.first()?.clone()]);
        let machine = self.machine_of_collection(&collection, point.id.deployment)?;
        Some(Value::reference(machine.id, of_machine))
    }

    /// The disk that the literal id of a kept disk is of, where the collection is one of a machine: Azure calls the kept disk by the disk's name and a GUID,
    /// `disk_00000000-….`. <https://learn.microsoft.com/rest/api/compute/disk-restore-point/get>
    pub(crate) fn disk_of_restore_point_id(
        &self,
        id: &ResourceId,
        folded: &str,
        world: &World,
        home: DeploymentId,
    ) -> Option<Cases<Target>> {
        let [collection, _, kept] = id.names.as_slice() else { return None };
        if folded != DISK_RESTORE_POINT {
            return None;
        }
        let (disk, suffix) = kept.as_str()?.rsplit_once('_')?;
        if !is_guid(suffix) {
            return None;
        }
        let named = |kind: &str, name: Value| ResourceId { kind: kind.into(), names: vec![name], ..id.clone() };
        let machine = self.machine_of_collection(&named(COLLECTION, collection.clone()), home)?;
        let disk = ResourceId::in_scope(&machine.scope, DISK, vec![Value::string(disk)]);
        Some(self.find(&disk, world, machine.id.deployment))
    }

    /// The machine that the restore points of `collection`, an id used in `home`, are of.
    fn machine_of_collection(&self, collection: &ResourceId, home: DeploymentId) -> Option<&Resource> {
        let collection = self.only(self.find(collection, &World::any(), home).into_iter())?;
        let source = self.resource(collection)?.get("properties.source.id");
        let machine = self.only(self.resolve(&source, &World::any(), collection.deployment).into_iter())?;
        self.resource(machine).filter(|machine| machine.kind.is(MACHINE))
    }

    fn only(&self, mut found: impl Iterator<Item = (World, Target)>) -> Option<NodeId> {
        match (found.next(), found.next()) {
            (Some((_, Target::Node(node))), None) => Some(self.canonical(node)),
            _ => None,
        }
    }
}
