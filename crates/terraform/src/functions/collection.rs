//! Functions of lists, sets and maps.

use std::sync::Arc;

use cmklint_graph::{Atom, Comparison, Fold, Kind, Literal, Object, Symbol, Value, canonical, compare};
use rustc_hash::FxHashSet;

use super::{Made, Site, items};
use crate::values::{self, error, index_of, sorted, text_of};

/// Lists made from lists are no longer than this.
const LONGEST: usize = 50_000;

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Made> {
    Some(match name {
        "element" => element(args, site),
        "contains" => contains(args),
        "keys" => whole(args)
            .map(|o| Value::array(sorted(o).into_iter().map(|(k, _)| Value::string(Arc::clone(k))).collect())),
        "values" => whole(args).map(|o| Value::array(sorted(o).into_iter().map(|(_, e)| e.value.clone()).collect())),
        "merge" => merge(args),
        "concat" => concat_lists(args),
        "flatten" => items(args, 0).and_then(|list| {
            let mut out = Vec::new();
            flatten(list, &mut out, 0).then(|| Value::array(out))
        }),
        "compact" => items(args, 0).and_then(compact),
        "distinct" => items(args, 0).map(|list| Value::array(distinct(list))),
        "toset" => items(args, 0).map(|list| Value::array(as_set(list))),
        "setunion" => (0..args.len())
            .map(|at| items(args, at))
            .collect::<Option<Vec<_>>>()
            .map(|lists| Value::array(as_set(&lists.concat()))),
        "setintersection" => set_filter(args, true),
        "setsubtract" => set_filter(args, false),
        "tolist" => items(args, 0).map(|_| args.first().cloned().unwrap_or_else(Value::null)),
        "tomap" => whole(args).map(|_| args.first().cloned().unwrap_or_else(Value::null)),
        "coalesce" => coalesce(args, site),
        "coalescelist" => args.iter().enumerate().try_fold(None, |found: Option<Value>, (at, arg)| {
            if found.is_some() {
                return Some(found);
            }
            if arg.is_null() {
                return Some(None);
            }
            items(args, at).map(|list| (!list.is_empty()).then(|| arg.clone()))
        })?,
        "one" => match args.first().map(|a| &a.kind) {
            Some(Kind::Null) => Some(Value::null()),
            _ => items(args, 0).map(|list| match list {
                [] => Value::null(),
                [only] => only.clone(),
                _ => error(site.span, "one() of several"),
            }),
        },
        "zipmap" => zipmap(args),
        "reverse" => items(args, 0).map(|list| Value::array(list.iter().rev().cloned().collect())),
        "sort" => items(args, 0).and_then(|list| {
            let mut texts = list.iter().map(text_of).collect::<Option<Vec<_>>>()?;
            texts.sort();
            Some(Value::array(texts.into_iter().map(Value::string).collect()))
        }),
        "slice" => slice(args, site),
        "index" => index(args, site),
        "alltrue" | "anytrue" => {
            let all = name == "alltrue";
            items(args, 0).filter(|list| list.iter().filter(|i| i.as_bool().is_none()).count() <= MOST_OPEN).map(
                |list| {
                    list.iter().fold(Value::bool(all), |so_far, item| {
                        let item = values::truth(item);
                        if all { values::and(&so_far, &item) } else { values::or(&so_far, &item) }
                    })
                },
            )
        }
        _ => return None,
    })
}

/// Results hang on no more conditions than this.
const MOST_OPEN: usize = 32;

/// The argument, where it is an object with all its members.
fn whole(args: &[Value]) -> Option<&Object> {
    match &args.first()?.kind {
        Kind::Object(object) if object.rest.is_none() => Some(object),
        _ => None,
    }
}

fn element(args: &[Value], site: &Site<'_>) -> Made {
    let list = items(args, 0)?;
    let index = index_of(args.get(1)?)?;
    let length = i64::try_from(list.len()).ok()?;
    if length == 0 {
        return Some(error(site.span, "element() of an empty list"));
    }
    list.get(usize::try_from(index.rem_euclid(length)).ok()?).cloned()
}

/// Whether an item is the value asked for: certain, or a matter of which of the texts a symbol is.
fn contains(args: &[Value]) -> Made {
    let (list, wanted) = (args.first()?, args.get(1)?);
    let Kind::Array(array) = &list.kind else { return None };
    let mut result = Value::bool(false);
    let mut open = 0;
    for item in &array.items {
        let equal = values::equal(item, wanted);
        open += usize::from(equal.as_bool().is_none());
        if open > MOST_OPEN {
            return None;
        }
        result = values::or(&result, &equal);
        if result.as_bool() == Some(true) {
            return Some(result);
        }
    }
    if array.rest.is_some() { None } else { Some(result) }
}

fn merge(args: &[Value]) -> Made {
    let mut out = Object::default();
    let mut unknown = false;
    for arg in args {
        match &arg.kind {
            Kind::Null => {}
            Kind::Object(object) => {
                if object.rest.is_some() {
                    unknown = true;
                    out.entries.clear(); // any of them may be replaced
                }
                for (name, entry) in &object.entries {
                    out.entries.shift_remove(name);
                    out.insert(Arc::clone(name), entry.key_span, values::inherit(arg, &entry.value));
                }
            }
            Kind::Symbol(_) | Kind::Ref(_) => {
                unknown = true;
                out.entries.clear();
            }
            _ => return None,
        }
    }
    if unknown {
        let Kind::Symbol(rest) = Value::apply("merge", args, None).kind else { return None };
        if out.entries.is_empty() {
            return Some(Value::symbol(rest));
        }
        out.rest = Some(rest);
    }
    Some(Value::object(out))
}

fn concat_lists(args: &[Value]) -> Made {
    let mut out = Vec::new();
    for arg in args {
        match &arg.kind {
            Kind::Array(array) => {
                out.extend(array.items.iter().cloned());
                if array.rest.is_some() {
                    return with_rest(out, args);
                }
            }
            Kind::Symbol(_) => return with_rest(out, args),
            _ => return None,
        }
        if out.len() > LONGEST {
            return None;
        }
    }
    Some(Value::array(out))
}

fn with_rest(items: Vec<Value>, args: &[Value]) -> Made {
    if items.is_empty() {
        return None;
    }
    let rest: Option<Symbol> = match Value::apply("concat", args, None).kind {
        Kind::Symbol(symbol) => Some(symbol),
        _ => None,
    };
    Some(Value::new(Kind::Array(Arc::new(cmklint_graph::Array { items, rest, ..cmklint_graph::Array::default() }))))
}

fn flatten(list: &[Value], out: &mut Vec<Value>, depth: usize) -> bool {
    if depth > 64 {
        return false;
    }
    for item in list {
        if out.len() > LONGEST {
            return false;
        }
        match &item.kind {
            Kind::Array(array) if array.rest.is_none() => {
                if !flatten(&array.items, out, depth + 1) {
                    return false;
                }
            }
            // Whether it is a list is not known.
            Kind::Array(_) | Kind::Symbol(_) | Kind::Choice(_) => return false,
            _ => out.push(item.clone()),
        }
    }
    true
}

fn compact(list: &[Value]) -> Made {
    let mut out = Vec::new();
    for item in list {
        match &item.kind {
            Kind::Null => {}
            Kind::String(text) if text.is_empty() => {}
            Kind::Symbol(_) | Kind::Choice(_) => return None,
            _ => out.push(item.clone()),
        }
    }
    Some(Value::array(out))
}

fn distinct(list: &[Value]) -> Vec<Value> {
    let mut seen = FxHashSet::default();
    list.iter().filter(|item| seen.insert(canonical(item))).cloned().collect()
}

/// The items as a set: each once, text in order.
pub(super) fn as_set(list: &[Value]) -> Vec<Value> {
    let mut out = distinct(list);
    if out.iter().all(|item| matches!(item.kind, Kind::String(_))) {
        out.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    }
    out
}

fn set_filter(args: &[Value], keep: bool) -> Made {
    let mut out = as_set(items(args, 0)?);
    for at in 1..args.len() {
        let other = items(args, at)?;
        if out.iter().chain(other).all(Value::is_known) {
            let others: FxHashSet<String> = other.iter().map(canonical).collect();
            out.retain(|item| others.contains(&canonical(item)) == keep);
            continue;
        }
        if out.len().saturating_mul(other.len()) > LONGEST {
            return None;
        }
        let mut kept = Vec::new();
        for item in out {
            let mut found = false;
            for candidate in other {
                match compare(&item, candidate, Fold::Exact) {
                    Comparison::Equal => found = true,
                    Comparison::Different => {}
                    Comparison::Unknown => return None,
                }
            }
            if found == keep {
                kept.push(item);
            }
        }
        out = kept;
    }
    Some(Value::array(out))
}

/// The first argument that is neither null nor empty text.
fn coalesce(args: &[Value], site: &Site<'_>) -> Made {
    if args.len() > MOST_OPEN {
        return None;
    }
    let mut out = error(site.span, "coalesce() of nothing");
    for arg in args.iter().rev() {
        out = match &arg.kind {
            Kind::Null => out,
            Kind::String(text) if text.is_empty() => out,
            Kind::Symbol(symbol) => {
                let empty = Literal::String(Arc::from(""));
                let unless_empty = Value::choice(Atom::equals(symbol.clone(), empty), out.clone(), arg.clone());
                Value::choice(Atom::equals(symbol.clone(), Literal::Null), out, unless_empty)
            }
            _ => arg.clone(),
        };
    }
    Some(values::prune(&out))
}

fn zipmap(args: &[Value]) -> Made {
    let (keys, members) = (items(args, 0)?, items(args, 1)?);
    if keys.len() != members.len() {
        return None;
    }
    let mut out = Object::default();
    for (key, value) in keys.iter().zip(members) {
        out.insert(text_of(key)?, key.span(), value.clone());
    }
    Some(Value::object(out))
}

fn slice(args: &[Value], site: &Site<'_>) -> Made {
    let list = items(args, 0)?;
    let start = usize::try_from(index_of(args.get(1)?)?).ok()?;
    let end = usize::try_from(index_of(args.get(2)?)?).ok()?;
    Some(match list.get(start..end) {
        Some(part) => Value::array(part.to_vec()),
        None => error(site.span, "slice() beyond the list"),
    })
}

fn index(args: &[Value], site: &Site<'_>) -> Made {
    let (list, wanted) = (items(args, 0)?, args.get(1)?);
    for (at, item) in list.iter().enumerate() {
        match compare(item, wanted, Fold::Exact) {
            Comparison::Equal => return Some(Value::int(i64::try_from(at).ok()?)),
            Comparison::Different => {}
            Comparison::Unknown => return None,
        }
    }
    Some(error(site.span, "index() of what isn't in the list"))
}
