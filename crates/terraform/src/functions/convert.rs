//! Conversions of values to types, as for arguments of functions and values of variables.
//! <https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion>

use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Object, Value};

use super::types::{Ty, type_of, unify};
use super::{Made, Stop, decimal, sets};
pub(crate) use crate::eval::typed::to_type;
use crate::values::{MAX_NESTING, number_text, on_arms};

/// The call that represents a scalar, or its text, where its type is not known.
pub(crate) const CONVERTED: &str = "converted";

/// `value` converted to the type `to`. Unknown values are left as they are; where that makes a known part uncertain, it becomes a symbol.
pub(crate) fn to(value: &Value, ty: &Ty) -> Made {
    convert(value, ty, 0)
}

/// `kind` with the trail of `value`.
pub(crate) fn kept(value: &Value, kind: Kind) -> Value {
    Value { kind, trail: value.trail.clone() }
}

/// The values converted to a single type.
pub(crate) fn together(values: &[Value]) -> Result<(Vec<Value>, Ty), Stop> {
    let ty = unify(&values.iter().map(type_of).collect::<Vec<_>>())?;
    Ok((values.iter().map(|value| to(value, &ty)).collect::<Result<_, _>>()?, ty))
}

fn convert(value: &Value, ty: &Ty, depth: usize) -> Made {
    if depth > MAX_NESTING {
        return Err(Stop::Unknown);
    }
    match (&value.kind, ty) {
        (Kind::Null | Kind::Symbol(_) | Kind::Ref(_) | Kind::Template(_), _) | (_, Ty::Any) => Ok(value.clone()),
        (Kind::Choice(choice), _) => {
            let mut stop = None;
            let made = on_arms(value, choice, |arm| match convert(arm, ty, depth + 1) {
                Ok(made) => made,
                Err(Stop::Refused(why)) => crate::values::failure(why),
                Err(Stop::Unknown) => {
                    stop = Some(Stop::Unknown);
                    arm.clone()
                }
            });
            stop.map_or(Ok(made), Err)
        }
        (_, Ty::Unknown) => Ok(uncertain(value, depth)),
        (Kind::Array(array), _) => of_array(value, array, ty, depth),
        (Kind::Object(object), _) => of_object(value, object, ty, depth),
        (_, Ty::Bool | Ty::Number | Ty::String) => scalar(value, ty),
        _ => Err(Stop::Refused("a value of another type")),
    }
}

fn scalar(value: &Value, ty: &Ty) -> Made {
    let made = match (&value.kind, ty) {
        (Kind::Bool(_), Ty::Bool) | (Kind::Number(_), Ty::Number) | (Kind::String(_), Ty::String) => {
            return Ok(value.clone());
        }
        (Kind::Bool(value), Ty::String) => Kind::String(Arc::from(if *value { "true" } else { "false" })),
        (Kind::Number(number), Ty::String) => Kind::String(number_text(*number).into()),
        (Kind::String(text), Ty::Number) => match decimal::parse(text) {
            decimal::ParsedNumber::Known(number) => Kind::Number(number),
            decimal::ParsedNumber::Unknown => return Err(Stop::Unknown),
            decimal::ParsedNumber::Invalid => return Err(Stop::Refused("not a number")),
        },
        (Kind::String(text), Ty::Bool) => match &**text {
            "true" | "1" => Kind::Bool(true),
            "false" | "0" => Kind::Bool(false),
            _ => return Err(Stop::Refused("not a boolean")),
        },
        _ => return Err(Stop::Refused("a value of another type")),
    };
    Ok(kept(value, made))
}

/// The value converted to a type that is not known: text stays text, other scalars may become text.
fn uncertain(value: &Value, depth: usize) -> Value {
    let part = |value: &Value| match &value.kind {
        Kind::Bool(_) | Kind::Number(_) => Value::apply(CONVERTED, std::slice::from_ref(value), None),
        _ => uncertain(value, depth + 1),
    };
    if depth > MAX_NESTING {
        return value.clone();
    }
    match &value.kind {
        Kind::Bool(_) | Kind::Number(_) => Value::apply(CONVERTED, std::slice::from_ref(value), None),
        Kind::Array(array) => {
            let items = array.items.iter().map(part).collect();
            kept(value, Kind::Array(Arc::new(Array { items, form: Form::Unsaid, rest: array.rest.clone() })))
        }
        Kind::Object(object) => {
            let mut out = Object { rest: object.rest.clone(), ..Object::default() };
            for (name, entry) in &object.entries {
                out.insert(Arc::clone(name), entry.key_span, part(&entry.value));
            }
            kept(value, Kind::Object(Arc::new(out)))
        }
        _ => value.clone(),
    }
}

fn of_array(value: &Value, array: &Array, ty: &Ty, depth: usize) -> Made {
    let of = match ty {
        Ty::List(of) | Ty::Set(of) => of,
        Ty::Tuple(types) if array.form != Form::Collection && array.form != Form::Set => {
            if array.rest.is_some() {
                return Err(Stop::Unknown);
            }
            if types.len() != array.items.len() {
                return Err(Stop::Refused("a tuple of another length"));
            }
            let items = array.items.iter().zip(types).map(|(item, ty)| convert(item, ty, depth + 1));
            let items = items.collect::<Result<_, _>>()?;
            return Ok(kept(value, Kind::Array(Arc::new(Array { items, form: Form::Structure, rest: None }))));
        }
        _ => return Err(Stop::Refused("a list where there can be none")),
    };
    let items = members(&array.items, of, depth)?;
    if matches!(ty, Ty::Set(_)) {
        if items.len() > 1 && !items.iter().all(Value::is_known) {
            return Err(Stop::Unknown);
        }
        let mut made = sets::make(&items);
        if let (Some(rest), Kind::Array(known)) = (&array.rest, &made.kind) {
            let items = known.items.clone();
            made.kind = Kind::Array(Arc::new(Array { items, form: Form::Set, rest: Some(rest.clone()) }));
        }
        return Ok(kept(value, made.kind));
    }
    let list = Array { items, form: Form::Collection, rest: array.rest.clone() };
    Ok(kept(value, Kind::Array(Arc::new(list))))
}

/// The items converted to the type `of`; to one common type where that is any.
fn members(items: &[Value], of: &Ty, depth: usize) -> Result<Vec<Value>, Stop> {
    let one;
    let of = match of {
        Ty::Any => {
            one = unify(&items.iter().map(type_of).collect::<Vec<_>>())?;
            &one
        }
        of => of,
    };
    items.iter().map(|item| convert(item, of, depth + 1)).collect()
}

fn of_object(value: &Value, object: &Object, ty: &Ty, depth: usize) -> Made {
    let mut out = Object { rest: object.rest.clone(), ..Object::default() };
    match ty {
        Ty::Map(of) => {
            out.form = Form::Collection;
            let values: Vec<Value> = object.entries.values().map(|e| e.value.clone()).collect();
            let values = members(&values, of, depth)?;
            for ((name, entry), value) in object.entries.iter().zip(values) {
                out.insert(Arc::clone(name), entry.key_span, value);
            }
        }
        Ty::Object(types) => {
            out.form = Form::Structure;
            out.rest = None;
            for (name, ty) in types {
                match object.entries.get(name) {
                    Some(entry) => {
                        out.insert(Arc::clone(name), entry.key_span, convert(&entry.value, ty, depth + 1)?);
                    }
                    None if object.rest.is_some() => out.rest.clone_from(&object.rest),
                    None => return Err(Stop::Refused("an attribute that is not there")),
                }
            }
        }
        _ => return Err(Stop::Refused("an object where there can be none")),
    }
    Ok(kept(value, Kind::Object(Arc::new(out))))
}
