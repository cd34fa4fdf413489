//! Which resource of an older estate is which resource of a newer one, and how their values compare.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::compare::{Comparison, Fold, compare};
use crate::estate::Estate;
use crate::map::Rewrite;
use crate::node::DeploymentId;
use crate::node::NodeId;
use crate::path::PropertyPath;
use crate::resource::{Presence, Resource};
use crate::value::{Kind, Symbol, Value};
use crate::world::World;

/// A chain of moves is followed for at most this many moves.
const MAX_MOVES: usize = 256;

/// A statement that what was at an address is at another now (Terraform's `moved`). Both are whole addresses, of a resource, of one of its
/// instances, or of a module; what is below a module, and the instances of a resource, go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The older address.
    pub from: Arc<str>,
    /// The newer one.
    pub to: Arc<str>,
}

/// The moves that a module's code says, for one of its instances: the list is the module's, however many instances there are.
#[derive(Clone, Debug)]
pub struct Moves {
    /// The address of the instance with a trailing dot, which goes before all addresses; empty for the root.
    pub within: Arc<str>,
    /// The moves, with addresses relative to the module.
    pub moves: Arc<[Move]>,
}

/// A deployment of the older estate and its counterpart in the newer one: the same root with the same inputs.
#[derive(Clone, Debug)]
pub struct DeploymentPair {
    /// The older one.
    pub before: DeploymentId,
    /// The newer one.
    pub after: DeploymentId,
    /// What the newer one's code says has moved.
    pub moves: Vec<Moves>,
    /// Whether resources of this root are identified by type and name (templates), or only by their address (Terraform).
    pub by_name: bool,
    /// Whether the root was found elsewhere than before, by its content.
    pub relocated: bool,
}

/// Which resources of an older estate are which resources of a newer one.
#[derive(Debug, Default)]
pub struct Pairs {
    to_after: FxHashMap<NodeId, NodeId>,
    to_before: FxHashMap<NodeId, NodeId>,
    relocated: FxHashSet<DeploymentId>,
}

/// Resources by a key; `None` where several share the key.
type ByKey<'a> = BTreeMap<String, Option<&'a Resource>>;

impl Pairs {
    /// Pairs the resources that both estates declare. A resource has at most one counterpart: where there may be several, it has none. Within a pair of
    /// deployments, by
    /// address (moves followed); where type and name identify a resource, first by these and the resource group, and then by these alone; at last, over all of
    /// both estates, by the whole id where it
    /// is known. Resources whose names are known to differ are never paired.
    #[must_use]
    pub fn new(before: &Estate, after: &Estate, deployments: &[DeploymentPair]) -> Self {
        let mut pairs = Self::default();
        for pair in deployments {
            if pair.relocated {
                pairs.relocated.insert(pair.after);
            }
            let (old, new) = (declared_in(before, pair.before), declared_in(after, pair.after));
            let address = |r: &&Resource| Some(r.address.to_string());
            let occupied = by_key(old.iter().copied(), address);
            let moves = MoveIndex::new(&pair.moves);
            let moved = |r: &&Resource| Some(moves.moved(&r.address, &occupied));
            let compatible = |a: &Resource, b: &Resource| may_be_named_alike(before, a, after, b);
            if pair.by_name {
                // A resource that is still at its address is the same one, whatever its index in a loop.
                let (then, now) = (|r: &&Resource| placed(before, r), |r: &&Resource| placed(after, r));
                pairs.join(&by_key(old.iter().copied(), then), &by_key(new.iter().copied(), now), compatible);
            }
            pairs.join(&by_key(old.iter().copied(), moved), &by_key(new.iter().copied(), address), compatible);
            // Where a count was added or removed: the one instance and the first of several are the same.
            let old_left = old.iter().copied().filter(|r| pairs.after(r.id).is_none()).collect::<Vec<_>>();
            let new_left = new.iter().copied().filter(|r| pairs.before(r.id).is_none()).collect::<Vec<_>>();
            let first = |r: &&Resource| Some(without_first(&moved(r)?));
            let first_now = |r: &&Resource| Some(without_first(&r.address));
            pairs.join(&by_key(old_left.into_iter(), first), &by_key(new_left.into_iter(), first_now), compatible);
            if pair.by_name {
                pairs.join(&by_key(old.into_iter(), named), &by_key(new.into_iter(), named), |_, _| true);
            }
        }
        let declared = |r: &&Resource| r.presence == Presence::Declared;
        let old = by_key(before.resources().filter(declared), |r| whole_id(before, r));
        let new = by_key(after.resources().filter(declared), |r| whole_id(after, r));
        pairs.join(&old, &new, |_, _| true);
        pairs
    }

    /// The counterpart in the older estate of the resource at `after` of the newer one.
    #[must_use]
    pub fn before(&self, after: NodeId) -> Option<NodeId> {
        self.to_before.get(&after).copied()
    }

    /// The counterpart in the newer estate of the resource at `before` of the older one.
    #[must_use]
    pub fn after(&self, before: NodeId) -> Option<NodeId> {
        self.to_after.get(&before).copied()
    }

    /// All pairs, older and newer, by the newer one.
    #[must_use]
    pub fn all(&self) -> Vec<(NodeId, NodeId)> {
        let mut all: Vec<(NodeId, NodeId)> = self.to_before.iter().map(|(after, before)| (*before, *after)).collect();
        all.sort_unstable_by_key(|(_, after)| *after);
        all
    }

    /// Whether the deployment of the newer estate was elsewhere before, and was found by its content.
    #[must_use]
    pub fn is_relocated(&self, after: DeploymentId) -> bool {
        self.relocated.contains(&after)
    }

    /// Whether `a`, a value of the older estate, is the same as `b` of the newer. A value that only a deployment knows is the same in both only where its symbol
    /// says so: an input of the same root. A value that depends on a condition is compared as a whole.
    #[must_use]
    pub fn compare(&self, before: &Estate, a: &Value, after: &Estate, b: &Value, fold: Fold) -> Comparison {
        let (a, b) = (before.deref(a), after.deref(b));
        match compare(&self.older(&a), &self.newer(&b), fold) {
            Comparison::Unknown => compare(&self.older(&before.spell_out(&a)), &self.newer(&after.spell_out(&b)), fold),
            certain => certain,
        }
    }

    /// Whether what `world` assumes is of inputs alone, so that it means the same in both estates.
    #[must_use]
    pub fn is_shared(world: &World) -> bool {
        world.facts().all(|(atom, _)| atom.symbol.outlives_revision())
    }

    /// `value` of the older estate, with its own symbols and references replaced, since the newer estate would take them for its own.
    fn older(&self, value: &Value) -> Value {
        value.rewrite(&mut Replaced(&|leaf| match &leaf.kind {
            Kind::Ref(r) => Some(match self.after(r.node) {
                Some(node) => at_now(node, &r.path, leaf),
                None => Symbol::at_place(format!("then:{}.{}", r.node, r.path), leaf.describe()),
            }),
            Kind::Symbol(s) if !s.outlives_revision() => Some(s.namesake(format!("then:{}", s.key()))),
            _ => None,
        }))
    }

    fn newer(&self, value: &Value) -> Value {
        value.rewrite(&mut Replaced(&|leaf| match &leaf.kind {
            Kind::Ref(r) => Some(at_now(r.node, &r.path, leaf)),
            _ => None,
        }))
    }

    fn join(&mut self, old: &ByKey<'_>, new: &ByKey<'_>, compatible: impl Fn(&Resource, &Resource) -> bool) {
        for (key, a) in old {
            if let (Some(a), Some(Some(b))) = (a, new.get(key))
                && a.kind == b.kind
                && self.after(a.id).is_none()
                && self.before(b.id).is_none()
                && compatible(a, b)
            {
                self.to_after.insert(a.id, b.id);
                self.to_before.insert(b.id, a.id);
            }
        }
    }
}

fn declared_in(estate: &Estate, deployment: DeploymentId) -> Vec<&Resource> {
    let resources = estate.deployment(deployment).map_or(&[][..], |d| &d.resources);
    resources.iter().filter(|r| r.presence == Presence::Declared).collect()
}

fn by_key<'a>(
    resources: impl Iterator<Item = &'a Resource>,
    key: impl Fn(&&'a Resource) -> Option<String>,
) -> ByKey<'a> {
    let mut out = ByKey::new();
    for resource in resources {
        if let Some(key) = key(&resource) {
            out.entry(key).and_modify(|other| *other = None).or_insert(Some(resource));
        }
    }
    out
}

/// The key of a resource by type and names, where the names are known.
fn named(resource: &&Resource) -> Option<String> {
    let names: Option<Vec<&str>> = resource.names.iter().map(Value::as_str).collect();
    let names = names.filter(|n| !n.is_empty())?;
    Some(format!("{} {}", resource.kind.folded(), names.join("/").to_ascii_lowercase()))
}

/// The key of a resource by type, names and resource group, where they are known, with the subscription where that is known.
fn placed(estate: &Estate, resource: &Resource) -> Option<String> {
    let group = estate.deref(&resource.scope.resource_group);
    let subscription = estate.deref(&resource.scope.subscription);
    let place = format!("{}/{}", subscription.as_str().unwrap_or(""), group.as_str()?).to_ascii_lowercase();
    Some(format!("{place} {}", named(&resource)?))
}

/// The id of a resource in a resource group, where all of it is known.
fn whole_id(estate: &Estate, resource: &Resource) -> Option<String> {
    if resource.scope.subscription.is_null() || resource.scope.resource_group.is_null() {
        return None;
    }
    estate.id_of(resource.id).as_str().map(str::to_ascii_lowercase)
}

fn may_be_named_alike(before: &Estate, a: &Resource, after: &Estate, b: &Resource) -> bool {
    let apart = |(a, b): (&Value, &Value)| {
        let (a, b) = (before.deref(a), after.deref(b));
        matches!((a.as_str(), b.as_str()), (Some(a), Some(b)) if !a.eq_ignore_ascii_case(b))
    };
    !a.names.iter().zip(&b.names).any(apart)
}

/// Finds moves by the address that they begin with.
struct MoveIndex<'m> {
    /// The modules' places in the order of the moves, by the addresses of their instances.
    modules: FxHashMap<&'m str, usize>,
    lists: Vec<&'m Arc<[Move]>>,
    /// For each list the places of its moves by their older address, in order.
    by_from: FxHashMap<*const Move, FxHashMap<&'m str, Vec<usize>>>,
    /// How many moves there are.
    count: usize,
}

impl<'m> MoveIndex<'m> {
    fn new(all: &'m [Moves]) -> Self {
        let mut index =
            Self { modules: FxHashMap::default(), lists: Vec::new(), by_from: FxHashMap::default(), count: 0 };
        for (at, moves) in all.iter().enumerate() {
            index.modules.entry(&moves.within).or_insert(at);
            index.lists.push(&moves.moves);
            index.count = index.count.saturating_add(moves.moves.len());
            index.by_from.entry(moves.moves.as_ptr()).or_insert_with(|| {
                let mut by_from: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
                for (at, one) in moves.moves.iter().enumerate() {
                    by_from.entry(&one.from).or_default().push(at);
                }
                by_from
            });
        }
        index
    }

    /// The address after the moves of what was at `address`. A move to an address that was in use already is ignored.
    fn moved(&self, address: &str, occupied: &ByKey<'_>) -> String {
        let mut at = address.to_owned();
        for _ in 0..MAX_MOVES.min(self.count) {
            match self.next(&at, occupied) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The address after the first of the moves that applies to what is at `at`.
    fn next(&self, at: &str, occupied: &ByKey<'_>) -> Option<String> {
        let starts = std::iter::once(0).chain(at.match_indices('.').map(|(dot, _)| dot + 1));
        let modules = starts.filter_map(|start| Some((start, *self.modules.get(at.get(..start)?)?)));
        let mut first: Option<((usize, usize), String)> = None;
        for (start, module) in modules {
            let Some(list) = self.lists.get(module) else { continue };
            let (Some(by_from), Some(inner)) = (self.by_from.get(&list.as_ptr()), at.get(start..)) else { continue };
            let ends = inner.match_indices(['.', '[']).map(|(end, _)| end).chain([inner.len()]);
            for end in ends {
                let (from, rest) = inner.split_at_checked(end).unwrap_or((inner, ""));
                for place in by_from.get(from).into_iter().flatten() {
                    if first.as_ref().is_some_and(|(known, _)| *known < (module, *place)) {
                        break;
                    }
                    let Some(one) = list.get(*place) else { continue };
                    let to = format!("{}{}{rest}", at.get(..start).unwrap_or_default(), one.to);
                    if to != at && !occupied.contains_key(&to) {
                        first = Some(((module, *place), to));
                        break;
                    }
                }
            }
        }
        first.map(|(_, to)| to)
    }
}

/// The address without the indices of first instances.
fn without_first(address: &str) -> String {
    address.replace("[0]", "")
}

/// The symbol that represents an attribute of a resource of the newer estate in both.
fn at_now(node: NodeId, path: &PropertyPath, value: &Value) -> Symbol {
    Symbol::at_place(format!("now:{node}.{path}"), value.describe())
}

/// Replaces what belongs to only one of the two estates by symbols.
struct Replaced<'f>(&'f dyn Fn(&Value) -> Option<Symbol>);

impl Rewrite for Replaced<'_> {
    fn leaf(&mut self, leaf: &Value) -> Option<Value> {
        (self.0)(leaf).map(|symbol| Value { kind: Kind::Symbol(symbol), trail: leaf.trail.clone() })
    }

    fn condition(&mut self, symbol: &Symbol) -> Option<Symbol> {
        (self.0)(&Value::symbol(symbol.clone()))
    }
}

#[cfg(test)]
mod tests;
