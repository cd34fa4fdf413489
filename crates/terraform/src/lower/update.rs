//! `azapi_update_resource`, and `azapi_resource_action` that writes: what it states is merged into the resource that it names.

use std::sync::Arc;

use cmklint_graph::{AsPath, Entry, Kind, Object, Resource, Value};

use super::Lowering;
use super::azapi::states;
use super::properties::at;
use crate::table;
use crate::values::select;

/// Bodies are merged to this depth.
const MAX_DEPTH: usize = 64;

impl Lowering<'_, '_> {
    /// Merges what updates state into the resources that they name, where these are among `resources`.
    pub(super) fn update(&mut self, resources: &mut [Resource]) {
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
            let named = at(&stated, "resource_id");
            let Kind::Ref(r) = &named.kind else { continue };
            if !r.path.is("id") || r.node.index as usize == index {
                continue;
            }
            let body = self.azapi_body(&stated);
            let Kind::Object(body) = &body.kind else { continue };
            let Some(target) = resources.get_mut(r.node.index as usize) else { continue };
            if let Kind::Object(object) = &mut target.body.kind {
                merge(Arc::make_mut(object), body, &condition, 0);
            }
        }
    }
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
