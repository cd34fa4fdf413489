//! Lists, and what texts and objects have in common with them.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array>

use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Comparison, Fold, Kind, Number, TextPart, Value, compare};

use super::{Context, MAX_ITEMS, MAX_TEXT, symbol_of};

pub(crate) fn call(name: &str, args: &[Value], _context: &Context<'_>) -> Option<Value> {
    Some(match (name, args) {
        ("array", [value]) => match &value.kind {
            Kind::Array(_) => value.clone(),
            Kind::Symbol(_) | Kind::Ref(_) => return None,
            _ => Value::array(vec![value.clone()]),
        },
        ("createarray", args) => Value::array(args.to_vec()),
        ("concat", args) if args.iter().any(|a| matches!(a.kind, Kind::Array(_))) => concat(args)?,
        ("flatten", [value]) => {
            let array = value.as_array()?;
            let mut out = Array::default();
            for item in &array.items {
                append(&mut out, item)?;
                if out.rest.is_some() {
                    return Some(whole(out));
                }
            }
            if let Some(rest) = &array.rest {
                out.rest = symbol_of("flatten", &[Value::symbol(rest.clone())]);
            }
            whole(out)
        }
        ("first", [value]) => first(value)?,
        ("last", [value]) => last(value)?,
        ("length", [value]) => Value::int(length(value)?),
        ("take", [value, count]) => take(value, int(count)?)?,
        ("skip", [value, count]) => skip(value, int(count)?)?,
        ("range", [start, count]) => range(int(start)?, int(count)?)?,
        ("union", [first, ..]) if args.iter().any(|a| matches!(a.kind, Kind::Array(_))) => {
            let _ = first;
            union(args)?
        }
        ("intersection", [first, rest @ ..]) if matches!(first.kind, Kind::Array(_)) => intersection(first, rest)?,
        ("indexof", [value, item]) if matches!(value.kind, Kind::Array(_)) => {
            position(value, item)?.map_or_else(|| Value::int(-1), Value::int)
        }
        ("lastindexof", [value, item]) if matches!(value.kind, Kind::Array(_)) => {
            let array = value.as_array().filter(|a| a.rest.is_none())?;
            let reversed = Value::array(array.items.iter().rev().cloned().collect());
            let count = i64::try_from(array.items.len()).ok()?;
            Value::int(position(&reversed, item)?.map_or(-1, |at| count - 1 - at))
        }
        _ => return None,
    })
}

fn int(value: &Value) -> Option<i64> {
    value.as_number().and_then(Number::as_i64)
}

fn whole(array: Array) -> Value {
    Value::new(Kind::Array(Arc::new(array)))
}

fn append(out: &mut Array, value: &Value) -> Option<()> {
    match &value.kind {
        Kind::Array(array) => {
            out.items.extend(array.items.iter().cloned());
            out.rest.clone_from(&array.rest);
        }
        Kind::Symbol(_) | Kind::Ref(_) | Kind::Choice(_) => {
            out.rest = symbol_of("items", std::slice::from_ref(value));
        }
        Kind::Null => {}
        _ => out.items.push(value.clone()),
    }
    (out.items.len() <= MAX_ITEMS).then_some(())
}

fn concat(args: &[Value]) -> Option<Value> {
    let mut out = Array::default();
    for (at, arg) in args.iter().enumerate() {
        append(&mut out, arg)?;
        if out.rest.is_some() {
            if let Some(following) = args.get(at + 1..).filter(|b| !b.is_empty()) {
                let mut all = vec![arg.clone()];
                all.extend(following.iter().cloned());
                out.rest = symbol_of("concat", &all);
            }
            break;
        }
    }
    Some(whole(out))
}

fn first(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Array(array) => match array.items.first() {
            Some(item) => Some(item.clone()),
            None if array.rest.is_none() => Some(Value::null()),
            None => None,
        },
        Kind::String(text) => Some(Value::string(text.chars().next().map(String::from).unwrap_or_default())),
        // A list that only Azure knows: what it begins with has the attributes of its first item.
        Kind::Ref(of) if !of.path.is_empty() && !of.path.is("id") => Some(value.item(0)),
        Kind::Null => Some(Value::null()),
        _ => None,
    }
}

fn last(value: &Value) -> Option<Value> {
    match &value.kind {
        Kind::Array(array) if array.rest.is_none() => Some(array.items.last().cloned().unwrap_or_else(Value::null)),
        Kind::String(text) => Some(Value::string(text.chars().next_back().map(String::from).unwrap_or_default())),
        Kind::Null => Some(Value::null()),
        _ => None,
    }
}

fn length(value: &Value) -> Option<i64> {
    let length = match &value.kind {
        Kind::Array(array) if array.rest.is_none() => array.items.len(),
        Kind::Object(object) if object.rest.is_none() => object.entries.len(),
        // .NET counts UTF-16 code units.
        Kind::String(text) => text.encode_utf16().count(),
        _ => return None,
    };
    i64::try_from(length).ok()
}

fn take(value: &Value, count: i64) -> Option<Value> {
    let count = usize::try_from(count).unwrap_or(0);
    match &value.kind {
        Kind::Array(array) if count <= array.items.len() || array.rest.is_none() => {
            Some(Value::array(array.items.iter().take(count).cloned().collect()))
        }
        Kind::String(text) => Some(Value::string(text.chars().take(count).collect::<String>())),
        Kind::Template(parts) => match parts.first() {
            Some(TextPart::Text(text)) if text.chars().count() >= count => {
                Some(Value::string(text.chars().take(count).collect::<String>()))
            }
            _ => None,
        },
        _ => None,
    }
}

fn skip(value: &Value, count: i64) -> Option<Value> {
    let count = usize::try_from(count).unwrap_or(0);
    match &value.kind {
        Kind::Array(array) if count <= array.items.len() || array.rest.is_none() => {
            let items = array.items.iter().skip(count).cloned().collect();
            Some(whole(Array { items, rest: array.rest.clone(), ..Array::default() }))
        }
        Kind::String(text) => Some(Value::string(text.chars().skip(count).collect::<String>())),
        _ => None,
    }
}

fn range(start: i64, count: i64) -> Option<Value> {
    const MAX_COUNT: i64 = 10_000;
    if !(0..=MAX_COUNT).contains(&count) {
        return None;
    }
    let end = start.checked_add(count)?;
    Some(Value::array((start..end).map(Value::int).collect()))
}

/// The index of `item`; `Some(None)` where it is certainly not in the list.
fn position(value: &Value, item: &Value) -> Option<Option<i64>> {
    let array = value.as_array()?;
    for (at, candidate) in array.items.iter().enumerate() {
        match compare(candidate, item, Fold::Exact) {
            Comparison::Equal => return Some(i64::try_from(at).ok()),
            Comparison::Different => {}
            Comparison::Unknown => return None,
        }
    }
    array.rest.is_none().then_some(None)
}

/// Whether `item` is among `items`.
fn among(items: &[Value], item: &Value) -> Comparison {
    let mut result = Comparison::Different;
    for candidate in items {
        match compare(candidate, item, Fold::Exact) {
            Comparison::Equal => return Comparison::Equal,
            Comparison::Different => {}
            Comparison::Unknown => result = Comparison::Unknown,
        }
    }
    result
}

/// The limit of work: two lists of at most this many items are compared item by item.
const MAX_COMPARED: usize = 2_000;

fn union(args: &[Value]) -> Option<Value> {
    let mut out = Array::default();
    for (at, arg) in args.iter().enumerate() {
        let Kind::Array(array) = &arg.kind else {
            if arg.is_null() {
                continue;
            }
            out.rest = symbol_of("union", args.get(at..)?);
            break;
        };
        if array.items.len() > MAX_COMPARED || out.items.len() > MAX_COMPARED {
            return None;
        }
        for item in &array.items {
            match among(&out.items, item) {
                Comparison::Equal => {}
                Comparison::Different => out.items.push(item.clone()),
                Comparison::Unknown => {
                    // It may be one of those that are there.
                    out.rest = symbol_of("union", args.get(at..)?);
                    return Some(whole(out));
                }
            }
        }
        if array.rest.is_some() {
            out.rest = symbol_of("union", args.get(at..)?);
            break;
        }
    }
    Some(whole(out))
}

fn intersection(first: &Value, rest: &[Value]) -> Option<Value> {
    let mut items = first.as_array().filter(|a| a.rest.is_none() && a.items.len() <= MAX_COMPARED)?.items.clone();
    for other in rest {
        let other = other.as_array().filter(|a| a.rest.is_none() && a.items.len() <= MAX_COMPARED)?;
        let mut kept: Vec<Value> = Vec::new();
        for item in items {
            match among(&other.items, &item) {
                Comparison::Equal if among(&kept, &item) == Comparison::Different => kept.push(item),
                Comparison::Equal | Comparison::Different => {}
                Comparison::Unknown => return None,
            }
        }
        items = kept;
    }
    Some(Value::array(items))
}

/// The texts of `items` with `separator` between them; `None` where that is too long.
pub(crate) fn joined(items: &[Value], separator: &str) -> Option<Value> {
    let mut parts = Vec::with_capacity(items.len() * 2);
    let mut size = 0usize;
    for (at, item) in items.iter().enumerate() {
        if at > 0 && !separator.is_empty() {
            parts.push(Value::string(separator));
        }
        let text = super::string::text_of(item.clone());
        size = size.saturating_add(separator.len()).saturating_add(super::string::size_of(&text));
        if size > MAX_TEXT {
            return None;
        }
        parts.push(text);
    }
    Some(super::string::joined(&parts))
}
