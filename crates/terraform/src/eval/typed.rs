//! Conversion of a value to a variable's type. <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>

use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Object, StepKind, Value};

use super::{Evaluator, ModuleId, Scope};
use crate::config::types::{Member, Type};
use crate::functions::convert::{self, kept};
use crate::functions::sets;
use crate::functions::types::Ty;
use crate::values::{MAX_NESTING, on_arms, prune};

/// `value` converted to the type `ty` of a variable of `module`. A value that can't be converted is left as it is: Terraform refuses it.
pub(crate) fn to_type(evaluator: &mut Evaluator<'_>, value: &Value, ty: &Type, module: ModuleId) -> Value {
    convert(evaluator, value, ty, module, 0)
}

fn convert(evaluator: &mut Evaluator<'_>, value: &Value, ty: &Type, module: ModuleId, depth: usize) -> Value {
    if depth > MAX_NESTING || !evaluator.has_steps() {
        return value.clone();
    }
    let _ = evaluator.pay_unseen(1);
    let scalar = |ty: Ty| convert::to(value, &ty).unwrap_or_else(|_| value.clone());
    match (ty, &value.kind) {
        (_, Kind::Choice(choice)) => {
            let choice = Arc::clone(choice);
            on_arms(value, &choice, |arm| convert(evaluator, arm, ty, module, depth + 1))
        }
        (Type::List(inner) | Type::Set(inner) | Type::Map(inner), Kind::Symbol(_)) => {
            let inner = inner.clone();
            evaluator
                .map_elements(value, "convert", |at, member| convert(at, member, &inner, module, depth + 1))
                .unwrap_or_else(|| value.clone())
        }
        (Type::String, _) => scalar(Ty::String),
        (Type::Number, _) => scalar(Ty::Number),
        (Type::Bool, _) => scalar(Ty::Bool),
        (Type::List(inner) | Type::Set(inner), Kind::Array(array)) => {
            let items: Vec<Value> =
                array.items.iter().map(|item| convert(evaluator, item, inner, module, depth + 1)).collect();
            let items = together(items, inner);
            let (items, form) = match ty {
                Type::Set(_) => (sets::ordered(&items), Form::Set),
                _ => (items, Form::Collection),
            };
            kept(value, Kind::Array(Arc::new(Array { items, form, rest: array.rest.clone() })))
        }
        (Type::Tuple(types), Kind::Array(array)) => {
            let items = array.items.iter().enumerate().map(|(at, item)| {
                let ty = types.get(at).unwrap_or(&Type::Any);
                convert(evaluator, item, ty, module, depth + 1)
            });
            let items = items.collect();
            kept(value, Kind::Array(Arc::new(Array { items, form: Form::Structure, rest: array.rest.clone() })))
        }
        (Type::Map(inner), Kind::Object(object)) => {
            let members = object.entries.values();
            let members = members.map(|entry| convert(evaluator, &entry.value, inner, module, depth + 1)).collect();
            let mut out = Object { rest: object.rest.clone(), form: Form::Collection, ..Object::default() };
            for ((name, entry), member) in object.entries.iter().zip(together(members, inner)) {
                out.insert(Arc::clone(name), entry.key_span, member);
            }
            kept(value, Kind::Object(Arc::new(out)))
        }
        (Type::Object(members), Kind::Object(object)) => {
            let made = object_to(evaluator, object, members, module, depth);
            kept(value, Kind::Object(Arc::new(made)))
        }
        _ => value.clone(),
    }
}

/// The members of a collection converted to a single type, where the constraint leaves the type to them.
fn together(members: Vec<Value>, inner: &Type) -> Vec<Value> {
    match inner {
        Type::Any => convert::together(&members).map_or(members, |(members, _)| members),
        _ => members,
    }
}

fn object_to(
    evaluator: &mut Evaluator<'_>,
    object: &Object,
    members: &[Member],
    module: ModuleId,
    depth: usize,
) -> Object {
    let mut out = Object { rest: object.rest.clone(), form: Form::Structure, ..Object::default() };
    for member in members {
        let stated = object.entries.get(&member.name);
        let value = match stated {
            Some(entry) if !(entry.value.is_null() && member.default.is_some()) => entry.value.clone(),
            None if object.rest.is_some() => continue,
            Some(entry) if !member.optional => entry.value.clone(),
            _ => match &member.default {
                Some(default) => prune(&evaluator.eval_apart(default, &Scope::of(module))).all_via(
                    default.span,
                    StepKind::Default,
                    format!("attribute {}", member.name),
                ),
                None => Value::null(),
            },
        };
        let value = convert(evaluator, &value, &member.ty, module, depth + 1);
        out.insert(Arc::clone(&member.name), stated.and_then(|e| e.key_span), value);
    }
    out
}
