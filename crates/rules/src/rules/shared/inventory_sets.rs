//! The encryption sets that exist already by an inventory, to be counted with those of the code, each once.

use cmklint_graph::{Kind, NodeId, Value, canonical, fold_region};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::context::Context;
use crate::view::kind;

/// A subscription and a region, each by its [`key`].
pub(crate) type Place = (String, String);

/// A text that equal values share, and no others; `None` for a value that names no place.
pub(crate) fn key(value: &Value, region: bool) -> Option<String> {
    match &value.kind {
        Kind::String(text) if region => fold_region(text),
        Kind::String(text) => (!text.is_empty()).then(|| text.to_ascii_lowercase()),
        Kind::Symbol(_) | Kind::Template(_) | Kind::Ref(_) => Some(canonical(value)),
        _ => None,
    }
}

/// The inventory's sets by subscription and region.
pub(crate) struct InventorySets {
    places: FxHashMap<Place, PlaceSets>,
    none: PlaceSets,
}

/// The inventory's sets in one region of one subscription.
#[derive(Default)]
pub(crate) struct PlaceSets {
    nodes: Vec<NodeId>,
    ids: FxHashSet<String>,
    names: FxHashSet<String>,
}

/// Whether a set of the code is also in the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InInventory {
    Already,
    /// Its id is not known, and it may be one of the inventory's.
    Maybe,
    Not,
}

impl InventorySets {
    pub(crate) fn of(cx: &Context<'_>) -> Self {
        let mut out = Self { places: FxHashMap::default(), none: PlaceSets::default() };
        for resource in cx.estate().of_kind(kind::SET).filter(|r| cx.is_in_inventory(r.id)) {
            let (subscription, region) = (key(&resource.scope.subscription, false), key(&resource.location, true));
            let (Some(subscription), Some(region)) = (subscription, region) else { continue };
            let here = out.places.entry((subscription, region)).or_default();
            if here.ids.insert(resource.address.to_ascii_lowercase()) {
                here.nodes.push(resource.id);
                let name = resource.names.last().and_then(Value::as_str);
                here.names.extend(name.map(str::to_ascii_lowercase));
            }
        }
        out
    }

    pub(crate) fn at(&self, place: &Place) -> &PlaceSets {
        self.places.get(place).unwrap_or(&self.none)
    }
}

impl PlaceSets {
    pub(crate) fn count(&self) -> u64 {
        self.nodes.len() as u64
    }

    /// One of them.
    pub(crate) fn one(&self) -> Option<NodeId> {
        self.nodes.first().copied()
    }

    /// For a message: their number.
    pub(crate) fn words(&self) -> String {
        match self.nodes.len() {
            0 => String::new(),
            1 => ", one of which exists already".to_owned(),
            n => format!(", {n} of which exist already"),
        }
    }

    /// Whether the set of the code at `node`, in the same subscription and region, is one of these.
    pub(crate) fn of(&self, cx: &Context<'_>, node: NodeId) -> InInventory {
        if self.nodes.is_empty() {
            return InInventory::Not;
        }
        if let Some(id) = cx.id_of(node).as_str() {
            return if self.ids.contains(&id.to_ascii_lowercase()) { InInventory::Already } else { InInventory::Not };
        }
        let name = cx.resource(node).and_then(|r| r.names.last()).map(|n| cx.deref(n));
        match name.as_ref().and_then(Value::as_str) {
            Some(name) if !self.names.contains(&name.to_ascii_lowercase()) => InInventory::Not,
            _ => InInventory::Maybe,
        }
    }
}
