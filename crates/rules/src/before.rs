//! What stood before: an older estate beside the one that is checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Comparison, Estate, Fold, NodeId, Pairs, Value, World, cases};

use crate::engine::Context;
use crate::view::{Content, Crypt, SetRef, View, kind};

/// An older state of the estate that is checked: of a base revision, of a Terraform plan, of a state.
#[derive(Debug)]
pub struct Before {
    /// What stood there.
    pub estate: Estate,
    /// Which of its resources are which of now.
    pub pairs: Pairs,
    /// Where it is known from, in words that go behind "stood": `in revision main`, `by the state`.
    pub source: Arc<str>,
    /// What else is known of how resources of now come about: that they will be destroyed and made anew.
    pub notes: BTreeMap<NodeId, Arc<str>>,
}

/// What rules see of [`Before`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Then<'a> {
    pub(crate) before: &'a Before,
    pub(crate) view: &'a View<'a>,
}

/// A resource of now, and what stood there for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) then: NodeId,
    pub(crate) now: NodeId,
}

/// A value that is certainly another one now.
pub(crate) struct Changed {
    /// The world in which it is.
    pub(crate) world: World,
    pub(crate) then: Value,
    pub(crate) now: Value,
}

impl<'a> Then<'a> {
    /// The pairs whose resource of now is in the parts that `cx` looks at.
    pub(crate) fn pairs(&self, cx: &Context<'_>) -> Vec<Pair> {
        let all = self.before.pairs.all().into_iter();
        let here = |node: &NodeId| cx.part.is_none_or(|part| part.deployment == Some(node.deployment));
        all.filter(|(_, now)| here(now)).map(|(then, now)| Pair { then, now }).collect()
    }

    /// In which worlds of now the disk, snapshot or image of the older state at `node` was certainly encrypted with a customer-managed key, with the set that
    /// says so: in all, or in those that inputs alone tell apart.
    pub(crate) fn encrypted(&self, node: NodeId) -> Vec<(World, SetRef)> {
        let mut out = Vec::new();
        let present = self.before.estate.present(node, &World::any());
        for slot in self.view.slots_of(node).iter().filter(|slot| present.contains(&slot.world)) {
            out.extend(certain(self.view.slot_crypt(slot, &slot.world)));
        }
        if out.is_empty() && self.view.is(node, kind::IMAGE) {
            let region = self.before.estate.get(node, "location");
            out.extend(certain(self.view.crypt(node, &Content::Os, &region, &World::any())));
        }
        out
    }

    /// Where, within `world`, the property at `path` of `pair` is certainly another one now: it differs from each value that it may have had before.
    pub(crate) fn changed(&self, cx: &Context<'_>, pair: Pair, path: &str, world: &World) -> Vec<Changed> {
        let Before { estate, pairs, .. } = self.before;
        let then: Vec<Value> = cases(&estate.get(pair.then, path), world).into_iter().map(|(_, value)| value).collect();
        let Some(first) = then.first() else { return Vec::new() };
        let differs = |now: &Value| {
            let apart = |then: &Value| pairs.compare(estate, then, cx.estate, now, Fold::Case) == Comparison::Different;
            then.iter().all(|then| !then.is_null() && apart(then))
        };
        cases(&cx.estate.get(pair.now, path), world)
            .into_iter()
            .filter(|(_, now)| !now.is_null() && differs(now))
            .map(|(world, now)| Changed { world, then: first.clone(), now })
            .collect()
    }
}

/// What is known of the older state in words of now: one set in any world where all cases name one, else those that hang on inputs alone.
pub(crate) fn certain(cases: Vec<(World, Crypt)>) -> Vec<(World, SetRef)> {
    let all = cases.iter().all(|(_, crypt)| matches!(crypt, Crypt::Set(_)));
    let sets = cases.into_iter().filter_map(|(world, crypt)| match crypt {
        Crypt::Set(set) => Some((world, *set)),
        Crypt::Platform | Crypt::Unknown => None,
    });
    if all {
        return sets.take(1).map(|(_, set)| (World::any(), set)).collect();
    }
    sets.filter(|(world, _)| Pairs::is_shared(world)).collect()
}
