//! Lists, sets and maps of which some members are not known.

use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Atom, Form, Kind, Literal, Object, Symbol, TextPart, Value, canonical, lift};

use super::map::last_of_each;
use super::types::{Ty, type_of};
use super::{Site, convert, items};
use crate::values::{self, error, index_of, sorted, text_of};

/// The greatest length of lists that are made from lists.
const MAX_LENGTH: usize = 50_000;

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Option<Value>> {
    Some(match name {
        "element" => element(args, site),
        "contains" => contains(args),
        "keys" => whole(args)
            .map(|o| like(o.form, sorted(o).into_iter().map(|(name, _)| Value::string(Arc::clone(name))).collect())),
        "values" => whole(args).map(|o| like(o.form, sorted(o).into_iter().map(|(_, e)| e.value.clone()).collect())),
        "merge" => merge(args),
        "concat" => concat_lists(args),
        "flatten" => flatten(args),
        "compact" => compact(args),
        "matchkeys" => match_keys(args),
        "distinct" => distinct(args),
        // One text is in order, whatever it is.
        "sort" => match items(args, 0) {
            Some([only]) if is_filled_text(only) => Some(like(Form::Collection, vec![only.clone()])),
            _ => None,
        },
        "setproduct" => product(args),
        "tolist" => args.first().and_then(|list| match convert::to(list, &Ty::List(Box::new(Ty::Any))) {
            Ok(made) if list.as_array().is_some_and(|a| a.form != Form::Set) => Some(made),
            _ => match list.as_array()? {
                Array { items, rest: None, .. } if items.len() == 1 => Some(like(Form::Collection, items.clone())),
                _ => None,
            },
        }),
        "tomap" => args
            .first()
            .filter(|m| m.as_object().is_some())
            .and_then(|map| convert::to(map, &Ty::Map(Box::new(Ty::Any))).ok()),
        "coalesce" => coalesce(args, site),
        "coalescelist" => args.iter().enumerate().try_fold(None, |found: Option<Value>, (at, arg)| {
            if found.is_some() {
                return Some(found);
            }
            if arg.as_array().is_none_or(|array| matches!(array.form, Form::Set | Form::Unsaid)) {
                return None;
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
        "reverse" => in_order(args).map(|a| like(a.form, a.items.iter().rev().cloned().collect())),
        "slice" => slice(args, site),
        "index" => index(args, site),
        "alltrue" | "anytrue" => {
            let all = name == "alltrue";
            items(args, 0).filter(|list| list.iter().filter(|i| i.as_bool().is_none()).count() <= MAX_OPEN).map(
                |list| {
                    list.iter().fold(Value::bool(all), |so_far, item| {
                        let item = if item.is_null() { Value::bool(false) } else { values::truth(item) };
                        if all { values::and(&so_far, &item) } else { values::or(&so_far, &item) }
                    })
                },
            )
        }
        _ => return None,
    })
}

/// A result depends on at most this many conditions.
const MAX_OPEN: usize = 32;
/// Lists that `setproduct` gives.
const MAX_PRODUCT: usize = 2_000;
/// The most keys of `matchkeys` of which it is not known whether they are searched for.
const MAX_KEYS: usize = 6;

/// A list or a tuple.
fn like(form: Form, items: Vec<Value>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, form, rest: None })))
}

/// The first argument, where it is a list whose items are all known and ordered.
fn in_order(args: &[Value]) -> Option<&Array> {
    args.first()?.as_array().filter(|array| array.rest.is_none() && array.form != Form::Set)
}

/// The argument, where it is an object all of whose members are known.
fn whole(args: &[Value]) -> Option<&Object> {
    match &args.first()?.kind {
        Kind::Object(object) if object.rest.is_none() => Some(object),
        _ => None,
    }
}

fn element(args: &[Value], site: &Site<'_>) -> Option<Value> {
    let list = &in_order(args)?.items;
    let index = index_of(args.get(1)?).filter(|index| *index >= 0)?;
    let length = i64::try_from(list.len()).ok()?;
    if length == 0 {
        return Some(error(site.span, "element() of an empty list"));
    }
    list.get(usize::try_from(index.rem_euclid(length)).ok()?).cloned()
}

/// Whether an item is the value asked for: certain, or depending on which string a symbol is.
fn contains(args: &[Value]) -> Option<Value> {
    let (list, wanted) = (args.first()?, args.get(1)?);
    let Kind::Array(array) = &list.kind else { return None };
    let mut result = Value::bool(false);
    let mut open = 0;
    for item in &array.items {
        let equal = values::equal(item, wanted);
        open += usize::from(equal.as_bool().is_none());
        if open > MAX_OPEN {
            return None;
        }
        result = values::or(&result, &equal);
        if result.as_bool() == Some(true) {
            return Some(result);
        }
    }
    if array.rest.is_some() { None } else { Some(result) }
}

fn merge(args: &[Value]) -> Option<Value> {
    let structure = args.iter().all(|arg| arg.is_null() || arg.as_object().is_some_and(|o| o.form == Form::Structure));
    let form = if structure { Form::Structure } else { Form::Unsaid };
    let mut out = Object { form, ..Object::default() };
    let mut unknown = false;
    let last = last_of_each(args);
    for (at, arg) in args.iter().enumerate() {
        match &arg.kind {
            Kind::Null => {}
            Kind::Object(object) => {
                if object.rest.is_some() {
                    unknown = true;
                    out.entries.clear(); // any of them may be replaced
                }
                for (name, entry) in object.entries.iter().filter(|(name, _)| last.get(&***name) == Some(&at)) {
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

fn concat_lists(args: &[Value]) -> Option<Value> {
    let mut out = Vec::new();
    let form = |value: &Value| value.as_array().map_or(Form::Unsaid, |array| array.form);
    let structure = args.iter().any(|arg| form(arg) == Form::Structure);
    let lists = args.iter().all(|arg| form(arg) == Form::Collection);
    for arg in args {
        match &arg.kind {
            Kind::Array(array) if array.form != Form::Set => {
                out.extend(array.items.iter().cloned());
                if array.rest.is_some() {
                    return with_rest(out, args);
                }
            }
            Kind::Symbol(_) => return with_rest(out, args),
            _ => return None,
        }
        if out.len() > MAX_LENGTH {
            return None;
        }
    }
    if lists {
        return convert::to(&like(Form::Structure, out), &Ty::List(Box::new(Ty::Any))).ok();
    }
    Some(like(if structure { Form::Structure } else { Form::Unsaid }, out))
}

fn with_rest(items: Vec<Value>, args: &[Value]) -> Option<Value> {
    // Lists of text only remain so; the common type of others is not known.
    if items.is_empty() || items.iter().any(|i| matches!(type_of(i), Ty::Bool | Ty::Number)) {
        return None;
    }
    let rest: Option<Symbol> = match Value::apply("concat", args, None).kind {
        Kind::Symbol(symbol) => Some(symbol),
        _ => None,
    };
    Some(Value::new(Kind::Array(Arc::new(Array { items, rest, ..Array::default() }))))
}

fn flatten(args: &[Value]) -> Option<Value> {
    let list = in_order(args)?;
    in_each_world("flatten", &list.items, &mut |items| {
        let mut out = Vec::new();
        flatten_into(items, &mut out, 0).then(|| like(Form::Structure, out))
    })
}

/// The result of `make` in each world that the members of a list distinguish; `None` where it has none in one of them.
fn in_each_world(name: &str, items: &[Value], make: &mut dyn FnMut(&[Value]) -> Option<Value>) -> Option<Value> {
    let choices = items.iter().filter(|item| matches!(item.kind, Kind::Choice(_))).count();
    let mut known = choices <= MAX_OPEN;
    let made = known.then(|| {
        lift(name, items, &mut |items| {
            make(items).unwrap_or_else(|| {
                known = false;
                Value::null()
            })
        })
    });
    made.filter(|_| known)
}

/// Whether a value is certainly text that is not empty: an id, a name, a template with known text in it.
fn is_filled_text(value: &Value) -> bool {
    match &value.kind {
        Kind::String(text) => !text.is_empty(),
        Kind::Template(parts) => parts.iter().any(|part| matches!(part, TextPart::Text(text) if !text.is_empty())),
        Kind::Ref(r) => {
            let last = r.path.last_name().unwrap_or_default();
            last.ends_with("id") || last.ends_with("Id") || matches!(last, "name" | "location")
        }
        _ => false,
    }
}

fn flatten_into(list: &[Value], out: &mut Vec<Value>, depth: usize) -> bool {
    if depth > 64 {
        return false;
    }
    for item in list {
        if out.len() > MAX_LENGTH {
            return false;
        }
        match &item.kind {
            Kind::Array(array) if array.rest.is_none() && array.form != Form::Set => {
                if !flatten_into(&array.items, out, depth + 1) {
                    return false;
                }
            }
            Kind::Ref(_) if is_filled_text(item) => out.push(item.clone()),
            // It is not known whether it is a list.
            Kind::Array(_) | Kind::Symbol(_) | Kind::Choice(_) | Kind::Ref(_) => return false,
            _ => out.push(item.clone()),
        }
    }
    true
}

/// A list without null and empty text; a member that may be empty is kept in the worlds where it isn't.
fn compact(args: &[Value]) -> Option<Value> {
    let list = in_order(args)?;
    if list.items.iter().filter(|item| matches!(item.kind, Kind::Symbol(_) | Kind::Choice(_))).count() > MAX_OPEN {
        return None;
    }
    let items: Vec<Value> = list.items.iter().map(or_null_if_empty).collect();
    in_each_world("compact", &items, &mut |items| {
        items
            .iter()
            .all(|item| item.is_null() || item.is_known() || is_filled_text(item) || is_symbol(item))
            .then(|| like(Form::Collection, items.iter().filter(|item| !item.is_null()).cloned().collect()))
    })
}

/// The list without duplicates: what is certain of members that are identical, and of ids of different resources.
fn distinct(args: &[Value]) -> Option<Value> {
    let list = in_order(args)?;
    let mut seen = rustc_hash::FxHashSet::default();
    let kept: Vec<Value> = list.items.iter().filter(|item| seen.insert(canonical(item))).cloned().collect();
    let is_id = |item: &Value| matches!(&item.kind, Kind::Ref(r) if r.path.is("id"));
    (kept.len() < 2 || kept.iter().all(is_id)).then(|| like(Form::Collection, kept))
}

fn is_symbol(value: &Value) -> bool {
    matches!(value.kind, Kind::Symbol(_))
}

/// The text `value`, or null where it is empty.
fn or_null_if_empty(value: &Value) -> Value {
    match &value.kind {
        Kind::String(text) if text.is_empty() => Value::null(),
        Kind::Symbol(symbol) => {
            let filled = Value::choice(Atom::equals(symbol.clone(), Literal::Null), Value::null(), value.clone());
            Value::choice(Atom::equals(symbol.clone(), Literal::String(Arc::from(""))), Value::null(), filled)
        }
        Kind::Choice(choice) => {
            let (then, otherwise) = (or_null_if_empty(&choice.then), or_null_if_empty(&choice.otherwise));
            Value { trail: value.trail.clone(), ..Value::choice(choice.atom.clone(), then, otherwise) }
        }
        _ => value.clone(),
    }
}

/// The members of the first list whose counterpart in the second is in the third.
fn match_keys(args: &[Value]) -> Option<Value> {
    let (values, keys, wanted) = (in_order(args)?, items(args, 1)?, items(args, 2)?);
    let in_order = |at: usize| args.get(at).and_then(Value::as_array).is_some_and(|array| array.form != Form::Set);
    if values.items.len() != keys.len() || !in_order(1) || keys.len().checked_mul(wanted.len())? > MAX_LENGTH {
        return None;
    }
    let mut flags = Vec::with_capacity(keys.len());
    let mut open = 0;
    for key in keys {
        let flag = wanted.iter().fold(Value::bool(false), |so_far, wanted| {
            if so_far.as_bool() == Some(true) { so_far } else { values::or(&so_far, &values::equal(key, wanted)) }
        });
        open += usize::from(flag.as_bool().is_none());
        if open > MAX_KEYS {
            return None;
        }
        flags.push(flag);
    }
    in_each_world("matchkeys", &flags, &mut |flags| {
        let there = values.items.iter().zip(flags).filter(|(_, flag)| flag.as_bool() == Some(true));
        flags
            .iter()
            .all(|flag| flag.as_bool().is_some())
            .then(|| like(values.form, there.map(|(v, _)| v.clone()).collect()))
    })
}

/// The first argument that is neither null nor empty text.
fn coalesce(args: &[Value], site: &Site<'_>) -> Option<Value> {
    if args.len() > MAX_OPEN {
        return None;
    }
    // Beside strings, a member that is not a string becomes one.
    if args.iter().any(|arg| !matches!(type_of(arg), Ty::String | Ty::Unknown | Ty::Any)) {
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

fn zipmap(args: &[Value]) -> Option<Value> {
    let (keys, members) = (items(args, 0)?, items(args, 1)?);
    if keys.len() != members.len() {
        return None;
    }
    let form = args.get(1)?.as_array().map_or(Form::Unsaid, |a| a.form);
    if form == Form::Set || args.first()?.as_array().is_some_and(|a| a.form == Form::Set) {
        return None;
    }
    let mut out = Object { form, ..Object::default() };
    for (key, value) in keys.iter().zip(members) {
        out.insert(text_of(key)?, key.span(), value.clone());
    }
    Some(Value::object(out))
}

/// Each choice of one member of each list, in the lists' order; of sets only where they have one member.
fn product(args: &[Value]) -> Option<Value> {
    let mut chosen: Vec<Vec<Value>> = vec![Vec::new()];
    for at in 0..args.len() {
        let members = items(args, at)?;
        // Members of other types would be converted to one type.
        let is_text = |member: &Value| {
            matches!(member.kind, Kind::String(_) | Kind::Template(_) | Kind::Ref(_) | Kind::Symbol(_))
        };
        if !members.iter().all(is_text) {
            return None;
        }
        if members.len() > 1 && args.get(at)?.as_array()?.form == Form::Set
            || chosen.len().checked_mul(members.len())? > MAX_PRODUCT
        {
            return None;
        }
        let with = |before: &Vec<Value>| {
            let before = before.clone();
            members.iter().map(move |member| before.iter().cloned().chain([member.clone()]).collect::<Vec<_>>())
        };
        chosen = chosen.iter().flat_map(with).collect();
    }
    Some(like(Form::Structure, chosen.into_iter().map(|items| like(Form::Unsaid, items)).collect()))
}

fn slice(args: &[Value], site: &Site<'_>) -> Option<Value> {
    let array = in_order(args)?;
    let list = &array.items;
    let start = usize::try_from(index_of(args.get(1)?)?).ok()?;
    let end = usize::try_from(index_of(args.get(2)?)?).ok()?;
    Some(match list.get(start..end) {
        Some(part) => like(array.form, part.to_vec()),
        None => error(site.span, "slice() beyond the list"),
    })
}

fn index(args: &[Value], site: &Site<'_>) -> Option<Value> {
    let (list, wanted) = (&in_order(args)?.items, args.get(1)?);
    for (at, item) in list.iter().enumerate() {
        match values::is_same(item, wanted) {
            Some(true) => return Some(Value::int(i64::try_from(at).ok()?)),
            Some(false) => {}
            None => return None,
        }
    }
    Some(error(site.span, "index() of what isn't in the list"))
}
