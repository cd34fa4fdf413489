//! What rules ask of the estate, for the part of it that is looked at.

use cmklint_graph::{Comparison, Fold, Kind, NodeId, Value, World};

use crate::engine::Context;
use crate::view::{SetKey, Slot};

impl<'a> Context<'a> {
    /// The encryption sets, each with each key it takes.
    pub(crate) fn set_keys(&self) -> impl Iterator<Item = (NodeId, &'a SetKey)> + use<'a> {
        let view = self.view;
        self.parts().flat_map(|p| &p.sets).flat_map(|set| view.set_keys(*set).iter().map(|key| (*set, key)))
    }

    /// The encryption sets whose key the estate holds, each with that key.
    pub(crate) fn used_keys(&self) -> impl Iterator<Item = (NodeId, &'a SetKey, NodeId)> + use<'a> {
        self.set_keys().filter_map(|(set, key)| Some((set, key, key.key?)))
    }

    /// What may be encrypted.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &'a Slot> + use<'a> {
        self.parts().flat_map(|p| &p.slots)
    }

    /// The declared image versions; those of the inventory too where its own faults are asked for.
    pub(crate) fn versions(&self) -> Vec<NodeId> {
        self.parts().flat_map(|p| &p.versions).copied().filter(|v| self.is_checked(*v)).collect()
    }

    /// The worlds within `world` in which the property at `path` of two resources is known to differ, with both values. What is absent is not known.
    pub(crate) fn differ(
        &self,
        a: NodeId,
        b: NodeId,
        path: &str,
        fold: Fold,
        world: &World,
    ) -> Vec<(World, Value, Value)> {
        self.values_differ(&self.estate.get(a, path), &self.estate.get(b, path), fold, world)
    }

    /// The worlds within `world` in which two resources are known to be in different subscriptions, with both.
    pub(crate) fn subscriptions_differ(&self, a: NodeId, b: NodeId, world: &World) -> Vec<(World, Value, Value)> {
        match (self.estate.resource(a), self.estate.resource(b)) {
            (Some(a), Some(b)) => self.values_differ(&a.scope.subscription, &b.scope.subscription, Fold::Case, world),
            _ => Vec::new(),
        }
    }

    /// The worlds within `world` in which two texts are known to differ, with both.
    pub(crate) fn values_differ(&self, a: &Value, b: &Value, fold: Fold, world: &World) -> Vec<(World, Value, Value)> {
        let mut out = Vec::new();
        for (world, a) in cmklint_graph::cases(&self.estate.deref(a), world) {
            for (world, b) in cmklint_graph::cases(&self.estate.deref(b), &world) {
                if is_text(&a) && is_text(&b) && self.estate.compare(&a, &b, fold) == Comparison::Different {
                    out.push((world, a.clone(), b));
                }
            }
        }
        out
    }
}

fn is_text(value: &Value) -> bool {
    match &value.kind {
        Kind::String(text) => !text.is_empty(),
        Kind::Template(_) | Kind::Symbol(_) => true,
        _ => false,
    }
}
