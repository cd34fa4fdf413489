//! Functions of lists and sets.

use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Value, canonical};
use rustc_hash::FxHashSet;

use super::convert::{kept, together};
use super::text::int;
use super::types::{Ty, is_null, null_of, type_of, unify};
use super::{Made, Stop, convert, sets};
use crate::values::is_same;

/// The greatest length of lists that are made from lists.
const MAX_LENGTH: usize = 50_000;

pub(super) fn list(items: Vec<Value>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, form: Form::Collection, rest: None })))
}

pub(crate) fn tuple(items: Vec<Value>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, form: Form::Structure, rest: None })))
}

pub(super) fn formed(form: Form, items: Vec<Value>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, form, rest: None })))
}

/// The argument at `at`, which must be a list or a tuple; a set too where `sets` allows it. A value that may be a set is assumed not to be one, since Terraform
/// refuses a set otherwise.
fn sequence(args: &[Value], at: usize, sets: bool) -> Result<&Array, Stop> {
    match args.get(at).map(|a| &a.kind) {
        Some(Kind::Array(array)) if sets || array.form != Form::Set => Ok(array),
        Some(_) => Err(Stop::Refused("not a list")),
        None => Err(Stop::Refused("too few arguments")),
    }
}

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "alltrue" | "anytrue" => truths(name == "alltrue", args),
        "chunklist" => chunks(args),
        "coalesce" => coalesce(args),
        "coalescelist" => coalesce_lists(args),
        "compact" => sequence(args, 0, false).map(|array| {
            let empty = |v: &&Value| !v.is_null() && v.as_str() != Some("");
            list(array.items.iter().filter(empty).cloned().collect())
        }),
        "concat" => concat(args),
        "contains" => sequence(args, 0, true).and_then(|array| {
            let wanted = args.get(1).ok_or(Stop::Unknown)?;
            Ok(Value::bool(same_in(&array.items, wanted)?.is_some()))
        }),
        "distinct" => sequence(args, 0, false).map(|array| {
            let mut seen = FxHashSet::default();
            list(array.items.iter().filter(|item| seen.insert(canonical(item))).cloned().collect())
        }),
        "element" => element(args),
        "flatten" => flatten(args),
        "index" => sequence(args, 0, false).and_then(|array| {
            let wanted = args.get(1).ok_or(Stop::Unknown)?;
            match same_in(&array.items, wanted)? {
                Some(at) => Ok(Value::int(at)),
                None => Err(Stop::Refused("what is not in the list")),
            }
        }),
        "length" => length(args),
        "matchkeys" => match_keys(args),
        "one" => sequence(args, 0, true).and_then(|array| match &array.items[..] {
            [] => Ok(Value::null()),
            [only] => Ok(only.clone()),
            _ => Err(Stop::Refused("several members")),
        }),
        "reverse" => sequence(args, 0, true).map(|array| {
            let items = array.items.iter().rev().cloned().collect();
            match array.form {
                Form::Set => list(items),
                form => formed(form, items),
            }
        }),
        "setintersection" | "setsubtract" | "setunion" => set_operation(name, args),
        "setproduct" => product(args),
        "slice" => slice(args),
        "sort" => sequence(args, 0, false).and_then(|array| {
            let mut items = array.items.clone();
            if items.iter().any(|i| i.as_str().is_none()) {
                return Err(Stop::Refused("a list with null"));
            }
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            Ok(list(items))
        }),
        "sensitive" | "nonsensitive" | "ephemeralasnull" => args.first().cloned().ok_or(Stop::Unknown),
        // Sensitivity is not tracked.
        "issensitive" => Err(Stop::Unknown),
        "tostring" => to(args, &Ty::String),
        "tonumber" => to(args, &Ty::Number),
        "tobool" => to(args, &Ty::Bool),
        "tolist" => to(args, &Ty::List(Box::new(Ty::Any))),
        "toset" => to(args, &Ty::Set(Box::new(Ty::Any))),
        "tomap" => to(args, &Ty::Map(Box::new(Ty::Any))),
        _ => return None,
    })
}

fn to(args: &[Value], ty: &Ty) -> Made {
    let value = args.first().ok_or(Stop::Unknown)?;
    if value.is_null() { Ok(null_of(ty)) } else { convert::to(value, ty) }
}

/// The index of the item that equals `wanted`, type included.
fn same_in(items: &[Value], wanted: &Value) -> Result<Option<i64>, Stop> {
    for (at, item) in items.iter().enumerate() {
        match is_same(item, wanted) {
            Some(true) => return Ok(i64::try_from(at).ok()),
            Some(false) => {}
            None => return Err(Stop::Unknown),
        }
    }
    Ok(None)
}

fn truths(all: bool, args: &[Value]) -> Made {
    let holds = |v: &Value| v.as_bool() == Some(true);
    let items = &sequence(args, 0, false)?.items;
    Ok(Value::bool(if all { items.iter().all(holds) } else { items.iter().any(holds) }))
}

fn chunks(args: &[Value]) -> Made {
    let array = sequence(args, 0, false)?;
    let Ok(size) = usize::try_from(int(args, 1)?) else { return Err(Stop::Refused("a negative size")) };
    Ok(list(match size {
        _ if array.items.is_empty() => Vec::new(),
        0 => vec![list(array.items.clone())],
        size => array.items.chunks(size).map(|part| list(part.to_vec())).collect(),
    }))
}

fn coalesce(args: &[Value]) -> Made {
    let (args, ty) = together(args)?;
    if ty == Ty::Unknown {
        return Err(Stop::Unknown);
    }
    let found = args.iter().find(|v| !is_null(v) && (ty != Ty::String || v.as_str() != Some("")));
    found.cloned().ok_or(Stop::Refused("no argument that is not null or empty"))
}

fn coalesce_lists(args: &[Value]) -> Made {
    if args.is_empty() {
        return Err(Stop::Refused("no argument"));
    }
    let mut found = None;
    for at in 0..args.len() {
        let array = sequence(args, at, false)?;
        if found.is_none() && !array.items.is_empty() {
            found = args.get(at).cloned();
        }
    }
    found.ok_or(Stop::Refused("all lists are empty"))
}

fn concat(args: &[Value]) -> Made {
    if args.is_empty() {
        return Err(Stop::Refused("no argument"));
    }
    let mut items = Vec::new();
    let mut lists = true;
    let mut unsaid = false;
    for at in 0..args.len() {
        let array = sequence(args, at, false)?;
        lists &= array.form != Form::Structure;
        unsaid |= array.form == Form::Unsaid;
        items.extend(array.items.iter().cloned());
        if items.len() > MAX_LENGTH {
            return Err(Stop::Unknown);
        }
    }
    if !lists {
        return Ok(tuple(items));
    }
    if unsaid {
        // Whether all can be converted to one type is not known; text stays text.
        let text = items.iter().all(|i| matches!(type_of(i), Ty::String | Ty::Any));
        return if text { Ok(formed(Form::Unsaid, items)) } else { Err(Stop::Unknown) };
    }
    match unify(&args.iter().map(type_of).collect::<Vec<_>>())? {
        Ty::List(of) if *of != Ty::Unknown => {
            Ok(list(items.iter().map(|i| convert::to(i, &of)).collect::<Result<_, _>>()?))
        }
        // The element type of empty lists is not known.
        _ if items.iter().map(type_of).all(|ty| matches!(ty, Ty::String)) => Ok(list(items)),
        _ => Err(Stop::Unknown),
    }
}

fn element(args: &[Value]) -> Made {
    let array = sequence(args, 0, false)?;
    let index = int(args, 1)?;
    let length = i64::try_from(array.items.len()).unwrap_or(i64::MAX);
    // A negative index counts from the end in lists, but not in tuples.
    let at = match array.form {
        Form::Unsaid if index < 0 => return Err(Stop::Unknown),
        Form::Structure => index.checked_rem(length),
        _ => index.checked_rem_euclid(length),
    };
    let at = at.and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| array.items.get(at)).cloned().ok_or(Stop::Refused("an index below zero, or an empty list"))
}

fn flatten(args: &[Value]) -> Made {
    let mut out = Vec::new();
    flat(sequence(args, 0, true)?, &mut out, 0)?;
    Ok(tuple(out))
}

fn flat(array: &Array, out: &mut Vec<Value>, depth: usize) -> Result<(), Stop> {
    for item in &array.items {
        if depth > 64 || out.len() > MAX_LENGTH {
            return Err(Stop::Unknown);
        }
        match &item.kind {
            Kind::Array(inner) => flat(inner, out, depth + 1)?,
            _ => out.push(item.clone()),
        }
    }
    Ok(())
}

fn length(args: &[Value]) -> Made {
    let count = match args.first().map(|a| &a.kind) {
        Some(Kind::Array(array)) => array.items.len(),
        Some(Kind::Object(object)) => object.entries.len(),
        Some(Kind::String(text)) => super::letters(text),
        _ => return Err(Stop::Refused("what has no length")),
    };
    Ok(Value::int(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn match_keys(args: &[Value]) -> Made {
    let (values, keys, wanted) = (sequence(args, 0, false)?, sequence(args, 1, false)?, sequence(args, 2, false)?);
    if values.items.len() != keys.items.len() {
        return Err(Stop::Refused("lists of different lengths"));
    }
    let all: Vec<Value> = keys.items.iter().chain(&wanted.items).cloned().collect();
    let (all, ty) = together(&all)?;
    if !ty.is_known() || all.iter().any(Value::is_null) {
        return Err(Stop::Unknown);
    }
    let (keys, wanted) = all.split_at(keys.items.len());
    let wanted: FxHashSet<String> = wanted.iter().map(canonical).collect();
    let kept = values.items.iter().zip(keys).filter(|(_, key)| wanted.contains(&canonical(key)));
    Ok(list(kept.map(|(value, _)| value.clone()).collect()))
}

fn set_operation(name: &str, args: &[Value]) -> Made {
    let arrays = (0..args.len()).map(|at| sequence(args, at, true)).collect::<Result<Vec<_>, _>>()?;
    // An empty set takes the type of the others.
    let full: Vec<Ty> = arrays.iter().flat_map(|a| a.items.iter().map(type_of)).collect();
    let of = unify(&full)?;
    if !of.is_known() && !full.is_empty() {
        return Err(Stop::Unknown);
    }
    let members = |array: &&Array| -> Result<Vec<Value>, Stop> {
        Ok(sets::ordered(&array.items.iter().map(|i| convert::to(i, &of)).collect::<Result<Vec<_>, _>>()?))
    };
    let sets = arrays.iter().map(members).collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = sets.split_first() else { return Err(Stop::Refused("no argument")) };
    if name == "setunion" {
        return Ok(sets::make(&sets.concat()));
    }
    let mut out = first.clone();
    for other in others {
        let other: FxHashSet<String> = other.iter().map(canonical).collect();
        out.retain(|item| other.contains(&canonical(item)) == (name == "setintersection"));
    }
    Ok(sets::make(&out))
}

fn product(args: &[Value]) -> Made {
    if args.len() < 2 {
        return Err(Stop::Refused("fewer than two arguments"));
    }
    let arrays = (0..args.len()).map(|at| sequence(args, at, true)).collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for array in &arrays {
        if rows.len().saturating_mul(array.items.len()) > MAX_LENGTH / args.len() {
            return Err(Stop::Unknown);
        }
        let (items, ty) = together(&array.items)?;
        if ty == Ty::Unknown {
            return Err(Stop::Unknown);
        }
        rows = rows.iter().flat_map(|row| items.iter().map(|i| [&row[..], std::slice::from_ref(i)].concat())).collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(tuple).collect();
    // With a set among the arguments the product is a set.
    if arrays.iter().any(|a| a.form == Form::Unsaid) {
        return Err(Stop::Unknown);
    }
    if arrays.iter().any(|a| a.form == Form::Set) { Ok(sets::make(&rows)) } else { Ok(list(rows)) }
}

fn slice(args: &[Value]) -> Made {
    let array = sequence(args, 0, false)?;
    let (Ok(start), Ok(end)) = (usize::try_from(int(args, 1)?), usize::try_from(int(args, 2)?)) else {
        return Err(Stop::Refused("an index below zero"));
    };
    let part = array.items.get(start..end).ok_or(Stop::Refused("an index beyond the list"))?;
    let made = formed(array.form, part.to_vec());
    Ok(args.first().map_or(made.clone(), |whole| kept(whole, made.kind)))
}
