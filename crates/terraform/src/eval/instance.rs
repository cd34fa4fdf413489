//! The values of instances: what expressions read from a resource block, and what its body states.

use std::sync::Arc;

use cmklint_graph::{AsPath, Form, Kind, Object, PathStep, StepKind, Symbol, Value};
use cmklint_source::Span;

use super::{Elements, Evaluable, Evaluator, Expansion, InstanceId, ModuleId, Repeat};
use crate::table;
use crate::values::{self, error, inherit};

impl Evaluator<'_> {
    /// The value of a reference to the resource block at `index` of `module`: an object, a list or a map of them.
    pub(crate) fn resource_value(&mut self, module: ModuleId, index: usize, span: Span) -> Value {
        self.once(Evaluable::Resource(module, index), span, "a resource", |at| match at.expansion(module, index) {
            Some(expansion) => at.collect(&expansion, |at, id| at.instance_value(id, span)),
            None => at.opaque(span, "a resource that depends on itself"),
        })
    }

    /// The value of a block with the instances `expansion`, each of which has the value `value`.
    pub(crate) fn collect(
        &mut self,
        expansion: &Expansion,
        mut value: impl FnMut(&mut Self, InstanceId) -> Value,
    ) -> Value {
        let mut items = Vec::new();
        for id in &expansion.instances {
            let made = value(self, *id);
            let Some(instance) = self.instances.get(id.0) else { continue };
            items.push((instance.key.clone(), made, instance.condition.clone()));
        }
        if expansion.repeat == Repeat::Single {
            let one = items.pop();
            return one.map_or_else(Value::null, |(_, value, there)| values::select(&there, &value, &Value::null()));
        }
        let rest = expansion.unknown.clone();
        if let Some(symbol) = &rest
            && let Some((key, value, condition)) = items.pop()
        {
            let items = vec![(key, value)];
            let filter = Some(condition).filter(is_more_than_nonempty);
            self.set_elements(symbol, Elements { items, complete: false, any_key: true, filter });
        }
        if expansion.repeat == Repeat::ForEach && items.iter().any(|(key, ..)| values::text_of(key).is_none()) {
            let members = items.into_iter().map(|(key, value, _)| (key, value)).collect();
            return self.keyed(Vec::new(), members);
        }
        if let (Some(symbol), true) = (&rest, items.is_empty()) {
            return Value::symbol(symbol.clone());
        }
        let flags: Vec<Value> = items.iter().map(|(_, _, condition)| condition.clone()).collect();
        super::collection::where_present(&flags, &mut |there| {
            let present = items.iter().zip(there).filter(|(_, there)| **there).map(|(item, _)| item);
            if expansion.repeat == Repeat::Count {
                let items = present.map(|(_, value, _)| value.clone()).collect();
                return super::expr::sequence(items, Form::Structure, rest.clone());
            }
            let mut object = Object { rest: rest.clone(), form: Form::Structure, ..Object::default() };
            for (key, value, _) in present {
                if let Some(name) = values::text_of(key) {
                    object.insert(name, None, value.clone());
                }
            }
            Value::object(object)
        })
    }

    /// What expressions read from one instance: what its block states, what the provider exports, and a symbol for the rest.
    fn instance_value(&mut self, id: InstanceId, span: Span) -> Value {
        self.once(Evaluable::Instance(id), span, "a resource", |at| at.instance_object(id, span))
    }

    pub(crate) fn instance_object(&mut self, id: InstanceId, span: Span) -> Value {
        let Some(instance) = self.instances.get(id.0) else { return error(span, "no instance") };
        let (address, node, module) = (Arc::clone(&instance.address), instance.node, instance.module);
        let Some(block) = instance.block else { return error(span, "no resource") };
        let symbol = Symbol::new(format!("{}:{address}", self.id), &*address);
        let Some((kind, declared)) = self.with_block(module, block, |_, b| (b.address.clone(), Arc::clone(&b.block)))
        else {
            return error(span, "no resource");
        };
        let stated = self.instance_body(id, span);
        let mut object = Object { rest: Some(symbol), ..Object::default() };
        if let Kind::Object(body) = &stated.kind {
            for (name, entry) in &body.entries {
                if entry.value.is_null() {
                    continue;
                }
                let mut value = entry.value.clone();
                if declared.body.makes_blocks(name) {
                    value = open_blocks(&value, &format!("{}:{address}.{name}", self.id), &format!("{address}.{name}"));
                }
                if let Some(span) = value.span() {
                    value = value.via(span, StepKind::Reference, format!("{address}.{name}"));
                }
                object.insert(Arc::clone(name), entry.key_span, value);
            }
        }
        if let Some((name, value)) = self.made_of_stated(&kind, id, &object, span) {
            object.insert(name, None, value);
        }
        if let Some(node) = node {
            let node = self.node_id(node);
            for (path, property) in table::exports(&kind, &object) {
                set_path(&mut object, &path, Value::reference(node, property));
            }
        } else {
            self.well_known(&kind, id, &mut object);
        }
        Value::object(object)
    }

    /// The path in the graph of the instance's provider attribute `id`.
    pub(crate) fn id_path(&mut self, id: InstanceId) -> Option<String> {
        let instance = self.instances.get(id.0)?;
        let (module, block) = (instance.module, instance.block?);
        let kind = self.with_block(module, block, |_, b| b.address.clone())?;
        table::id_export(&kind)
    }

    /// The evaluated block of the instance.
    pub(crate) fn instance_body(&mut self, id: InstanceId, span: Span) -> Value {
        let Some(instance) = self.instances.get(id.0) else { return error(span, "no instance") };
        let (module, block, scope) = (instance.module, instance.block, instance.scope.clone());
        let Some(block) = block else { return error(span, "no resource") };
        let Some((body, azapi)) =
            self.with_block(module, block, |_, b| (Arc::clone(&b.block), b.address.kind.starts_with("azapi_")))
        else {
            return error(span, "no resource");
        };
        self.once(Evaluable::Body(id), body.header, "a resource", |at| {
            let stated = at.body(&body.body, &scope, true, azapi);
            at.surroundings.planned_values(at, id, stated)
        })
    }
}

/// Whether the condition of an instance is more than that the collection has members.
fn is_more_than_nonempty(condition: &Value) -> bool {
    match &condition.kind {
        Kind::Choice(choice) => {
            matches!(choice.then.kind, Kind::Choice(_)) || matches!(choice.otherwise.kind, Kind::Choice(_))
        }
        _ => false,
    }
}

/// The blocks of the list `value`, and those inside them, opened for attributes that the provider adds.
fn open_blocks(value: &Value, key: &str, label: &str) -> Value {
    let kind = match &value.kind {
        Kind::Array(array) => {
            let items = array.items.iter().enumerate();
            let items = items.map(|(i, item)| open_blocks(item, &format!("{key}[{i}]"), &format!("{label}[{i}]")));
            Kind::Array(Arc::new(cmklint_graph::Array {
                items: items.collect(),
                rest: array.rest.clone(),
                ..cmklint_graph::Array::default()
            }))
        }
        Kind::Object(object) if object.rest.is_none() => {
            let mut out = Object { rest: Some(Symbol::new(key, label)), ..Object::default() };
            for (name, entry) in &object.entries {
                let inner = match &entry.value.kind {
                    Kind::Array(list) if list.items.iter().all(|i| matches!(i.kind, Kind::Object(_))) => {
                        open_blocks(&entry.value, &format!("{key}.{name}"), &format!("{label}.{name}"))
                    }
                    _ => entry.value.clone(),
                };
                out.insert(Arc::clone(name), entry.key_span, inner);
            }
            Kind::Object(Arc::new(out))
        }
        Kind::Choice(choice) => {
            return values::on_arms(value, choice, |arm| open_blocks(arm, key, label));
        }
        other => other.clone(),
    };
    Value { kind, trail: value.trail.clone() }
}

/// Sets the member of `object` at `path` (`identity[0].principal_id`, `data_disk[2].id`), without changing its siblings.
fn set_path(object: &mut Object, path: &str, value: Value) {
    let steps: Vec<PathStep<'_>> = path.steps().collect();
    set_at(object, &steps, value);
}

fn set_at(object: &mut Object, path: &[PathStep<'_>], value: Value) {
    let Some((PathStep::Member(name), rest)) = path.split_first() else { return };
    if rest.is_empty() {
        object.insert(*name, None, value);
        return;
    }
    let (index, rest) = match rest {
        [PathStep::Item(index), rest @ ..] => (Some(*index), rest),
        _ => (None, rest),
    };
    let at = index.unwrap_or(0);
    let inner = object.entries.get(*name).map(|e| (e.key_span, e.value.clone()));
    let (span, current) = inner.unwrap_or((None, Value::null()));
    let item = match &current.kind {
        Kind::Array(array) => array.items.get(at).cloned(),
        Kind::Object(_) => Some(current.clone()),
        Kind::Null => None,
        _ => return, // … it is not known whether it exists
    };
    let mut member = match item.as_ref().map(|i| &i.kind) {
        Some(Kind::Object(known)) => (**known).clone(),
        _ => Object::default(),
    };
    set_at(&mut member, rest, value);
    let mut made = Value::object(member);
    if let Some(item) = &item {
        made = inherit(item, &made);
    }
    let whole = match (&current.kind, index) {
        (Kind::Array(array), Some(_)) => {
            let mut array = (**array).clone();
            if at == array.items.len() {
                array.items.push(made);
            } else if let Some(item) = array.items.get_mut(at) {
                *item = made;
            }
            Value { kind: Kind::Array(array.into()), trail: current.trail.clone() }
        }
        (_, Some(_)) if at == 0 => Value::array(vec![made]),
        (_, Some(_)) => return,
        (_, None) => made,
    };
    object.insert(*name, span, whole);
}
