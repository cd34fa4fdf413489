//! Which machine creates a disk, and which disk a machine's attribute refers to.

use crate::choice::lift;
use crate::estate::Estate;
use crate::id::ResourceId;
use crate::machine_disks::{Maker, attribute, restored};
use crate::node::NodeId;
use crate::resolve::Target;
use crate::resource::{Presence, Resource};
use crate::value::{Kind, Ref, Value};
use crate::world::World;

const COLLECTION: &str = "Microsoft.Compute/restorePointCollections";
const RESTORE_POINT: &str = "microsoft.compute/restorepointcollections/restorepoints";

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
        let collection = self.only(self.find(&collection, &World::any(), point.id.deployment).into_iter())?;
        let source = self.resource(collection)?.get("properties.source.id");
        let machine = self.only(self.resolve(&source, &World::any(), point.id.deployment).into_iter())?;
        let is_machine = self.resource(machine)?.kind.is("Microsoft.Compute/virtualMachines");
        is_machine.then(|| Value::reference(machine, of_machine))
    }

    fn only(&self, mut found: impl Iterator<Item = (World, Target)>) -> Option<NodeId> {
        match (found.next(), found.next()) {
            (Some((_, Target::Node(node))), None) => Some(self.canonical(node)),
            _ => None,
        }
    }
}
