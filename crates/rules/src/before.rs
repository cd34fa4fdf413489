//! What existed before: an older estate to compare the checked one with.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use cmklint_graph::{Cases, Comparison, Estate, Fold, NodeId, Pairs, Resource, Value, World};

use crate::view::{Content, Crypt, SetRef, Stated, View, kind};

/// An older state of the estate that is checked: of a base revision, of a Terraform plan, of a state.
#[derive(Debug)]
pub struct Before {
    /// The older estate.
    pub estate: Estate,
    /// Which of its resources are which resources of the current estate.
    pub pairs: Pairs,
    /// Where it is known from, in words that follow "was": `in revision main`, `by the state`.
    pub source: Arc<str>,
    /// What else is known about the change of a resource of the current estate: that it will be destroyed and created again.
    pub notes: BTreeMap<NodeId, Arc<str>>,
}

/// The older estate, as rules ask about it: a [`View`] like that of the working tree, and the comparison of the two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Then<'a> {
    before: &'a Before,
    view: &'a View<'a>,
}

impl<'a> Deref for Then<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        self.view
    }
}

/// A resource of the current estate, and its counterpart in the older one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) then: NodeId,
    pub(crate) now: NodeId,
}

/// A value that certainly differs from the one before.
pub(crate) struct Changed {
    pub(crate) then: Value,
    pub(crate) now: Value,
}

impl<'a> Then<'a> {
    pub(crate) fn new(before: &'a Before, view: &'a View<'a>) -> Self {
        Self { before, view }
    }

    /// Where the older estate is known from, in words that follow "was".
    pub(crate) fn source(&self) -> &'a str {
        &self.before.source
    }

    /// What else is known about the change of the resource at `now`.
    pub(crate) fn note(&self, now: NodeId) -> Option<&'a str> {
        self.before.notes.get(&now).map(|note| &**note)
    }

    /// Which resources of the two estates are the same.
    pub(crate) fn all_pairs(&self) -> &'a Pairs {
        &self.before.pairs
    }

    /// The resources of the current estate that existed before.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Pair> + use<'a> {
        self.before.pairs.all().into_iter().map(|(then, now)| Pair { then, now })
    }

    /// In which worlds of the current estate the disk, snapshot or image at `node` of the older one was certainly encrypted with a customer-managed key, with
    /// the set that
    /// encrypted it: in all worlds, or in those that inputs alone distinguish.
    pub(crate) fn was_encrypted(&self, node: NodeId) -> Cases<SetRef> {
        let mut out = Cases::none();
        let present = self.present(node, &World::any());
        for slot in self.slots_of(node).iter().filter(|slot| present.contains(&slot.world)) {
            out.extend(certain(self.slot_crypt(slot, &slot.world)));
        }
        if out.is_empty() && self.is(node, kind::IMAGE) {
            let region = self.get(node, "location");
            out.extend(certain(self.crypt(node, &Content::Os, &region, &World::any())));
        }
        out
    }

    /// Whether `then`, a value of the older estate, and `now`, one of `view`, are the same.
    pub(crate) fn compare_with(&self, then: &Value, view: &View<'_>, now: &Value, fold: Fold) -> Comparison {
        self.before.pairs.compare(self.estate(), then, view.estate(), now, fold)
    }

    /// The cases within `world` in which the property at `path` of `pair` certainly differs in `view` from each value that it may have had before.
    pub(crate) fn changed(&self, view: &View<'_>, pair: Pair, path: &str, world: &World) -> Cases<Changed> {
        let then: Vec<Value> = self.values(pair.then, path, world).into_iter().map(|(_, value)| value).collect();
        let Some(first) = then.first() else { return Cases::none() };
        let fold = if path == Resource::SUBSCRIPTION { Fold::Subscription } else { Fold::Case };
        let differs = |now: &Value| {
            let apart = |then: &Value| self.compare_with(then, view, now, fold) == Comparison::Different;
            then.iter().all(|then| !then.is_null() && apart(then))
        };
        view.values(pair.now, path, world)
            .filter(|now| !now.is_null() && differs(now))
            .map(|now| Changed { then: first.clone(), now })
    }
}

/// What is known of the older estate in worlds of the current one: one set in any world where all cases name one, else those cases that depend on inputs alone.
pub(crate) fn certain(cases: Cases<Crypt>) -> Cases<SetRef> {
    let all = cases.values().all(|crypt| matches!(crypt, Crypt::Set(_)));
    let sets = cases.filter_map(|crypt| match crypt {
        Crypt::Set(set) => Some(*set),
        Crypt::Platform | Crypt::Unknown => None,
    });
    if all {
        return sets.into_iter().take(1).map(|(_, set)| (World::any(), set)).collect();
    }
    sets.into_iter().filter(|(world, _)| Pairs::is_shared(world)).collect()
}

/// As [`certain`], for what is stated.
pub(crate) fn certainly_stated(cases: Cases<Stated>) -> Cases<SetRef> {
    certain(cases.map(|stated| match stated {
        Stated::Set(set) => Crypt::Set(set),
        Stated::Nothing => Crypt::Platform,
        Stated::Unknown => Crypt::Unknown,
    }))
}
