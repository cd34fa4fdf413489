//! `azapi_update_resource`, and `azapi_resource_action` that writes: what it states is merged into the resource that it names.

use std::sync::Arc;

use cmklint_graph::{AsPath, Comparison, Entry, Fold, Kind, Object, Presence, Resource, Value, compare, work};
use rustc_hash::FxHashMap;

use super::Lowering;
use super::azapi::states;
use super::properties::at;
use crate::table;
use crate::values::select;

/// Bodies are merged to this depth.
const MAX_DEPTH: usize = 64;

/// A name that is another resource's name, and so on, is followed for at most this many steps.
const MAX_NAMES: usize = 8;

impl Lowering<'_, '_> {
    /// Merges what updates state into the resources that they name, where these are among `resources`.
    pub(super) fn update(&mut self, resources: &mut [Resource]) {
        let mut declared = None;
        for index in 0..resources.len() {
            let Some(id) = u32::try_from(index).ok().and_then(|i| self.instance_of(i)) else { continue };
            let Some(update) = resources.get(index) else { continue };
            let condition = update.condition.clone();
            let span = update.span;
            let Some(instance) = self.evaluator.instances.get(id.0) else { continue };
            let (module, Some(block)) = (instance.module, instance.block) else { continue };
            let kind =
                self.evaluator.with_block(module, block, |_, b| (!b.address.data).then(|| Arc::clone(&b.address.kind)));
            let Some(kind) = kind.flatten().filter(|kind| table::names_only(kind)) else { continue };
            let stated = self.evaluator.instance_body(id, span);
            if !states(&kind, &stated) {
                continue;
            }
            let declared = declared.get_or_insert_with(|| ByNames::of(resources));
            let named = named(&at(&stated, "resource_id"), index, resources, declared);
            let Some(named) = named else { continue };
            let body = self.azapi_body(&stated);
            let Kind::Object(body) = &body.kind else { continue };
            let Some(target) = resources.get_mut(named) else { continue };
            if let Kind::Object(object) = &mut target.body.kind {
                merge(Arc::make_mut(object), body, &condition, 0);
            }
        }
    }
}

/// The declared resources by their types and their last names: what is merged into them changes neither.
struct ByNames {
    /// Those whose last name is text, by the type and that name, both folded.
    texts: FxHashMap<(String, String), Vec<usize>>,
    /// The others, by the folded type.
    others: FxHashMap<String, Vec<usize>>,
}

impl ByNames {
    fn of(resources: &[Resource]) -> Self {
        let mut out = Self { texts: FxHashMap::default(), others: FxHashMap::default() };
        for (at, resource) in resources.iter().enumerate().filter(|(_, r)| r.presence == Presence::Declared) {
            let Some(name) = resource.names.last() else { continue };
            let kind = resource.kind.folded().to_owned();
            match spelled(name, resources).as_str() {
                Some(name) => out.texts.entry((kind, name.to_ascii_lowercase())).or_default().push(at),
                None => out.others.entry(kind).or_default().push(at),
            }
        }
        out
    }

    /// The resources that can have the names of `by`.
    fn like<'s>(&'s self, by: &Resource, resources: &[Resource]) -> impl Iterator<Item = usize> + use<'s> {
        let kind = by.kind.folded();
        let name = by.names.last().map(|name| spelled(name, resources));
        let name = name.as_ref().and_then(Value::as_str).map(str::to_ascii_lowercase);
        // What is not known is equal to what is not known, text to the same text.
        let texts = name.and_then(|name| self.texts.get(&(kind.to_owned(), name)));
        texts.into_iter().chain(self.others.get(kind)).flatten().copied()
    }
}

/// The index of the resource that the update at `index` changes: that which `resource_id` refers to, else the only declared one with the update's own names and
/// scope. A reference to an existing resource is followed to the declared one that it stands for.
fn named(id: &Value, index: usize, resources: &[Resource], declared: &ByNames) -> Option<usize> {
    let referred = match &id.kind {
        Kind::Ref(r) if r.path.is("id") && r.node.index as usize != index => Some(r.node.index as usize),
        Kind::Ref(_) => return None,
        _ => None,
    };
    let by = resources.get(referred.unwrap_or(index))?;
    if referred.is_some() && by.presence != Presence::Existing {
        return referred;
    }
    let mut same = declared
        .like(by, resources)
        .filter(|at| *at != index && work::pay(1) && resources.get(*at).is_some_and(|r| is_same(r, by, resources)));
    match (same.next(), same.next()) {
        (Some(only), None) => Some(only),
        _ => referred,
    }
}

/// Whether two resources certainly have one id.
fn is_same(a: &Resource, b: &Resource, resources: &[Resource]) -> bool {
    let equal =
        |a: &Value, b: &Value| compare(&spelled(a, resources), &spelled(b, resources), Fold::Case) == Comparison::Equal;
    a.kind.is(b.kind.as_str())
        && !a.names.is_empty()
        && a.names.len() == a.kind.depth()
        && a.names.len() == b.names.len()
        && a.names.iter().zip(&b.names).all(|(a, b)| equal(a, b))
        && equal(&a.scope.subscription, &b.scope.subscription)
        && equal(&a.scope.resource_group, &b.scope.resource_group)
}

/// The value, where it is another resource's name, as that resource states it.
fn spelled(value: &Value, resources: &[Resource]) -> Value {
    let mut value = value.clone();
    for _ in 0..MAX_NAMES {
        let Kind::Ref(r) = &value.kind else { break };
        let name = resources.get(r.node.index as usize).filter(|_| r.path.is("name")).and_then(|r| r.names.last());
        match name {
            Some(name) => value = name.clone(),
            None => break,
        }
    }
    value
}

fn merge(target: &mut Object, over: &Object, condition: &Value, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for (name, entry) in &over.entries {
        let at = target.entries.entry(Arc::clone(name)).or_insert_with(|| Entry {
            key_span: entry.key_span,
            value: match entry.value.kind {
                Kind::Object(_) => Value::object(Object::default()),
                _ => Value::null(),
            },
        });
        match (&mut at.value.kind, &entry.value.kind) {
            (Kind::Object(object), Kind::Object(inner)) => merge(Arc::make_mut(object), inner, condition, depth + 1),
            _ => at.value = select(condition, &entry.value, &at.value),
        }
    }
}
