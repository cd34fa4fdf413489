//! Functions of maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Object, Value};
use rustc_hash::FxHashMap;

use super::list::{formed, list};
use super::text::text;
use super::types::{Ty, type_of};
use super::{Made, Stop, convert};
use crate::values::{inherit, sorted};

/// An object or a map of these members.
pub(super) fn object(form: Form, members: impl IntoIterator<Item = (Arc<str>, Value)>) -> Value {
    let mut out = Object { form, ..Object::default() };
    for (name, value) in members {
        out.insert(name, None, value);
    }
    Value::object(out)
}

fn mapping(args: &[Value], at: usize) -> Result<&Object, Stop> {
    match args.get(at).map(|a| &a.kind) {
        Some(Kind::Object(object)) => Ok(object),
        Some(_) => Err(Stop::Refused("not a map")),
        None => Err(Stop::Refused("too few arguments")),
    }
}

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "keys" => mapping(args, 0).map(|object| {
            let names = sorted(object).into_iter().map(|(name, _)| Value::string(Arc::clone(name)));
            formed(object.form, names.collect())
        }),
        "values" => mapping(args, 0).map(|object| {
            formed(object.form, sorted(object).into_iter().map(|(_, entry)| entry.value.clone()).collect())
        }),
        "lookup" => lookup(args),
        "merge" => merge(args),
        "transpose" => transpose(args),
        "zipmap" => zipmap(args),
        _ => return None,
    })
}

fn lookup(args: &[Value]) -> Made {
    let (object, key) = (mapping(args, 0)?, text(args, 1)?);
    let default = match args {
        [_, _] => None,
        [_, _, default] => Some(default),
        _ => return Err(Stop::Refused("too many arguments")),
    };
    let found = object.entries.get(key).map(|entry| entry.value.clone());
    // If the first argument is a map, the default is converted to the type of its members.
    let text = |value: &Value| matches!(type_of(value), Ty::String | Ty::Any);
    if object.form == Form::Unsaid && found.is_none() && default.is_some_and(|d| !text(d)) {
        return Err(Stop::Unknown);
    }
    let (Some(whole), Form::Collection) = (args.first(), object.form) else {
        return found.or_else(|| default.cloned()).ok_or(Stop::Refused("a key that is not there"));
    };
    let (Ty::Map(of), Some(default)) = (type_of(whole), default) else {
        return found.or_else(|| default.cloned()).ok_or(Stop::Refused("a key that is not there"));
    };
    // The default is converted to the map's element type; that of an empty map is not known.
    match &*of {
        Ty::Unknown if found.is_some() => found.ok_or(Stop::Unknown),
        of if of.is_known() && *of != Ty::Unknown => {
            let default = convert::to(default, of)?;
            Ok(found.unwrap_or(default))
        }
        _ => Err(Stop::Unknown),
    }
}

fn merge(args: &[Value]) -> Made {
    let mut out = Object::default();
    let mut maps = Vec::new();
    let mut is_map = true;
    for (at, arg) in args.iter().enumerate().filter(|(_, arg)| !arg.is_null()) {
        is_map &= mapping(args, at)?.form == Form::Collection;
        maps.push(arg);
    }
    // A member that several have is the last one's, and stands where that has it.
    let last = last_of_each(args);
    for (at, arg) in args.iter().enumerate() {
        for (name, entry) in arg.as_object().into_iter().flat_map(|object| &object.entries) {
            if last.get(&**name) == Some(&at) {
                out.insert(Arc::clone(name), entry.key_span, inherit(arg, &entry.value));
            }
        }
    }
    // Maps of one type remain a map. The types of objects, which may be large, need not be known.
    let is_map = is_map && !maps.is_empty();
    let types: Vec<Ty> = if is_map { maps.into_iter().map(type_of).collect() } else { Vec::new() };
    let one = types.first().is_some_and(|first| types.iter().all(|ty| ty == first && ty.is_known()));
    let unsaid = args.iter().any(|arg| arg.as_object().is_some_and(|o| o.form == Form::Unsaid));
    out.form = match (is_map, one) {
        (true, true) => Form::Collection,
        (true, false) => Form::Unsaid,
        (false, _) if unsaid => Form::Unsaid,
        (false, _) => Form::Structure,
    };
    Ok(Value::object(out))
}

/// For each name, the index of the last of `objects` that has a member of that name.
pub(super) fn last_of_each(objects: &[Value]) -> FxHashMap<&str, usize> {
    let mut last = FxHashMap::default();
    for (at, object) in objects.iter().enumerate() {
        let names = object.as_object().into_iter().flat_map(|object| object.entries.keys());
        last.extend(names.map(|name| (&**name, at)));
    }
    last
}

fn transpose(args: &[Value]) -> Made {
    let mut out: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for (name, entry) in sorted(mapping(args, 0)?) {
        let Kind::Array(members) = &entry.value.kind else { return Err(Stop::Refused("a list that is null")) };
        for member in &members.items {
            let Some(text) = member.as_str() else { return Err(Stop::Refused("a list with null")) };
            out.entry(text.into()).or_default().push(Value::string(Arc::clone(name)));
        }
    }
    Ok(object(Form::Collection, out.into_iter().map(|(name, names)| (name, list(names)))))
}

fn zipmap(args: &[Value]) -> Made {
    let (Some(Kind::Array(keys)), Some(values)) = (args.first().map(|a| &a.kind), args.get(1)) else {
        return Err(Stop::Unknown);
    };
    let array: &Array = match &values.kind {
        Kind::Array(array) if array.form != Form::Set => array,
        _ => return Err(Stop::Refused("not a list")),
    };
    if keys.items.len() != array.items.len() {
        return Err(Stop::Refused("lists of different lengths"));
    }
    let mut out = Object { form: array.form, ..Object::default() };
    for (key, value) in keys.items.iter().zip(&array.items) {
        let Some(name) = key.as_str() else { return Err(Stop::Refused("a key that is null")) };
        out.insert(name, key.span(), value.clone());
    }
    Ok(Value::object(out))
}
