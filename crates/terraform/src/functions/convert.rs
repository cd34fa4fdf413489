//! Conversions: by function, and to the type of a variable.

use std::sync::Arc;

use cmklint_graph::{Kind, Object, Value};

use super::{Made, Site, collection};
use crate::config::types::{Member, Type};
use crate::eval::{Evaluator, ModuleId, Scope};
use crate::values::{error, number_of, on_arms, prune, text_of};

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Made> {
    let first = args.first();
    Some(match name {
        "tostring" => first.and_then(|value| match &value.kind {
            Kind::Null | Kind::Template(_) => Some(value.clone()),
            Kind::Ref(r) if &*r.path == "id" => Some(value.clone()),
            _ => text_of(value).map(|text| kept(value, Value::string(text))),
        }),
        "tonumber" => first.and_then(|value| match &value.kind {
            Kind::Null => Some(value.clone()),
            Kind::String(_) | Kind::Number(_) => Some(match number_of(value) {
                Some(number) => kept(value, Value::new(Kind::Number(number))),
                None => error(site.span, "tonumber() of what is no number"),
            }),
            _ => None,
        }),
        "tobool" => first.and_then(|value| match &value.kind {
            Kind::Null | Kind::Bool(_) => Some(value.clone()),
            Kind::String(text) => Some(match &**text {
                "true" => kept(value, Value::bool(true)),
                "false" => kept(value, Value::bool(false)),
                _ => error(site.span, "tobool() of what is no truth value"),
            }),
            _ => None,
        }),
        _ => return None,
    })
}

/// `made` of `value`, which came the same way.
fn kept(value: &Value, made: Value) -> Value {
    Value { kind: made.kind, trail: value.trail.clone() }
}

/// `value` as a variable of type `ty` of `module` has it. What can't be converted stays as it is: Terraform refuses it.
pub(crate) fn to_type(evaluator: &mut Evaluator<'_>, value: &Value, ty: &Type, module: ModuleId) -> Value {
    convert(evaluator, value, ty, module, 0)
}

fn convert(evaluator: &mut Evaluator<'_>, value: &Value, ty: &Type, module: ModuleId, depth: usize) -> Value {
    if depth > 64 || !evaluator.has_steps() {
        return value.clone();
    }
    evaluator.spend(1);
    if let Kind::Choice(choice) = &value.kind {
        let choice = Arc::clone(choice);
        return on_arms(value, &choice, |arm| convert(evaluator, arm, ty, module, depth + 1));
    }
    if let Kind::Symbol(symbol) = &value.kind {
        return match ty {
            Type::List(inner) | Type::Set(inner) | Type::Map(inner) => {
                let inner = inner.clone();
                evaluator
                    .map_elements(value, "convert", |at, member| convert(at, member, &inner, module, depth + 1))
                    .unwrap_or_else(|| Value { kind: Kind::Symbol(symbol.clone()), trail: value.trail.clone() })
            }
            _ => value.clone(),
        };
    }
    match (ty, &value.kind) {
        (Type::String, _) => text_of(value).map_or_else(|| value.clone(), |text| kept(value, Value::string(text))),
        (Type::Number, Kind::String(_)) => {
            number_of(value).map_or_else(|| value.clone(), |number| kept(value, Value::new(Kind::Number(number))))
        }
        (Type::Bool, Kind::String(text)) => match &**text {
            "true" => kept(value, Value::bool(true)),
            "false" => kept(value, Value::bool(false)),
            _ => value.clone(),
        },
        (Type::List(inner) | Type::Set(inner), Kind::Array(array)) => {
            let mut items: Vec<Value> =
                array.items.iter().map(|item| convert(evaluator, item, inner, module, depth + 1)).collect();
            if matches!(ty, Type::Set(_)) {
                items = collection::as_set(&items);
            }
            kept(
                value,
                Value::new(Kind::Array(Arc::new(cmklint_graph::Array {
                    items,
                    rest: array.rest.clone(),
                    ..cmklint_graph::Array::default()
                }))),
            )
        }
        (Type::Tuple(types), Kind::Array(array)) => {
            let items = array.items.iter().enumerate().map(|(at, item)| {
                let ty = types.get(at).unwrap_or(&Type::Any);
                convert(evaluator, item, ty, module, depth + 1)
            });
            let items = items.collect();
            kept(
                value,
                Value::new(Kind::Array(Arc::new(cmklint_graph::Array {
                    items,
                    rest: array.rest.clone(),
                    ..cmklint_graph::Array::default()
                }))),
            )
        }
        (Type::Map(inner), Kind::Object(object)) => {
            let mut out = Object { rest: object.rest.clone(), ..Object::default() };
            for (name, entry) in &object.entries {
                let member = convert(evaluator, &entry.value, inner, module, depth + 1);
                out.insert(Arc::clone(name), entry.key_span, member);
            }
            kept(value, Value::object(out))
        }
        (Type::Object(members), Kind::Object(object)) => {
            let made = object_to(evaluator, object, members, module, depth);
            kept(value, Value::object(made))
        }
        _ => value.clone(),
    }
}

fn object_to(
    evaluator: &mut Evaluator<'_>,
    object: &Object,
    members: &[Member],
    module: ModuleId,
    depth: usize,
) -> Object {
    let mut out = Object { rest: object.rest.clone(), ..Object::default() };
    for member in members {
        let stated = object.entries.get(&member.name);
        let value = match stated {
            Some(entry) if !(entry.value.is_null() && member.default.is_some()) => entry.value.clone(),
            None if object.rest.is_some() => continue,
            Some(entry) if !member.optional => entry.value.clone(),
            _ => match &member.default {
                Some(default) => prune(&evaluator.eval(default, &Scope::of(module))),
                None => Value::null(),
            },
        };
        let value = convert(evaluator, &value, &member.ty, module, depth + 1);
        out.insert(Arc::clone(&member.name), stated.and_then(|e| e.key_span), value);
    }
    out
}
