//! Which machine creates a disk, and which disk a machine's attribute refers to.

use crate::choice::lift;
use crate::estate::Estate;
use crate::machine_disks::{Maker, attribute};
use crate::node::NodeId;
use crate::resource::Presence;
use crate::value::{Kind, Ref, Value};

impl Estate {
    /// The machine that creates the disk at `node`, where one does.
    #[must_use]
    pub fn maker(&self, node: NodeId) -> Option<Maker> {
        self.machine_disks.makers.get(&node).copied()
    }

    /// `stated` as the value of the attribute `named`; where the attribute is that of a disk that the machine creates and `stated` leaves the id out, the id of
    /// that disk.
    pub(crate) fn with_made_disk(&self, named: &Ref, stated: Value) -> Value {
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
}
