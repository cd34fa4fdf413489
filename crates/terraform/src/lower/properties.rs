//! ARM's body for what a block states, by the table.

use std::sync::Arc;

use cmklint_graph::{
    Array, AsPath, Entry, Kind, Literal, Object, PathStep, PropertyPath, Symbol, Value, canonical, concat, lift,
};
use cmklint_source::Span;

use crate::functions::encode;
use crate::table::{Constant, Map, Rule, role_definition};
use crate::values::{number_of, on_arms};
use crate::version::Constraints;

/// What rules of the table need besides what the block states.
pub(super) struct ProviderContext<'a> {
    /// The subscription of the block's provider configuration.
    pub(super) subscription: &'a Value,
    /// The versions of the provider that may read the block.
    pub(super) versions: &'a Constraints,
}

/// Applies `rules` to what the block states, and puts the resulting properties into `out`.
pub(super) fn apply(rules: &[Rule], stated: &Value, given: &ProviderContext<'_>, out: &mut Object) {
    for rule in rules {
        match rule {
            Rule::All(rules) => apply(rules, stated, given, out),
            Rule::Copy(from, to, map) => {
                let value = mapped(&at(stated, from), *map, given);
                let own = key_span(stated, from);
                let block = PropertyPath::from(*from).parent().filter(|block| !block.is_empty());
                let block = block.and_then(|block| key_span(stated, &block));
                put_inside(out, to, value, own, block.or(own));
            }
            Rule::Each(from, to, rules) => {
                let value = if from.is_empty() {
                    Value::array(vec![item(rules, stated, given)])
                } else {
                    each(rules, &at(stated, from), given)
                };
                put(out, to, value, key_span(stated, from));
            }
            Rule::Unless(from, to, constant) => {
                let made = match from.is_empty() {
                    true => constant_value(*constant),
                    false => where_null(&at(stated, from), &constant_value(*constant), &Value::null()),
                };
                put(out, to, made, None);
            }
            Rule::When(from, to, constant) => {
                let made = where_null(&at(stated, from), &Value::null(), &constant_value(*constant));
                put(out, to, made, key_span(stated, from));
            }
            Rule::Since(version, newer, older) => {
                match version.version().and_then(|version| given.versions.since(version)) {
                    Some(true) => apply(newer, stated, given, out),
                    Some(false) => apply(older, stated, given, out),
                    None => {
                        let reading = |rules| {
                            let mut out = Object::default();
                            apply(rules, stated, given, &mut out);
                            out
                        };
                        merge(&agreed(&reading(newer), &reading(older)), out);
                    }
                }
            }
            Rule::Enabled(block, flag, to) => {
                let made = enabled(&at(stated, block), flag);
                put(out, to, made, key_span(stated, block));
            }
        }
    }
}

/// What two readings have in common; a member that differs is a symbol.
fn agreed(a: &Object, b: &Object) -> Object {
    let mut out = Object::default();
    for name in a.entries.keys().chain(b.entries.keys()) {
        if out.entries.contains_key(name) {
            continue;
        }
        let (a, b) = (a.entries.get(name), b.entries.get(name));
        let value = |entry: Option<&Entry>| entry.map_or_else(Value::null, |e| e.value.clone());
        let (first, second) = (value(a), value(b));
        let made = match (&first.kind, &second.kind) {
            (Kind::Object(first), Kind::Object(second)) => Value::object(agreed(first, second)),
            (Kind::Object(only), Kind::Null) | (Kind::Null, Kind::Object(only)) => {
                Value::object(agreed(only, &Object::default()))
            }
            _ if canonical(&first) == canonical(&second) => first,
            _ => {
                let label = format!("{name}, which depends on the provider's version");
                let mut unknown = Value::apply("by-version", &[first.clone(), second.clone()], Some(&label));
                unknown.trail = if first.trail.is_empty() { second.trail } else { first.trail };
                unknown
            }
        };
        out.insert(Arc::clone(name), a.or(b).and_then(|e| e.key_span), made);
    }
    out
}

/// Adds what `from` holds to `out`.
fn merge(from: &Object, out: &mut Object) {
    for (name, entry) in &from.entries {
        match (out.entries.get_mut(name), &entry.value.kind) {
            (Some(Entry { value: Value { kind: Kind::Object(into), .. }, .. }), Kind::Object(inner)) => {
                merge(inner, Arc::make_mut(into));
            }
            _ => put(out, name, entry.value.clone(), entry.key_span),
        }
    }
}

fn constant_value(constant: Constant) -> Value {
    match constant {
        Constant::Bool(value) => Value::bool(value),
        Constant::Text(text) => Value::string(text),
    }
}

/// `then` where `value` is null, else `otherwise`.
fn where_null(value: &Value, then: &Value, otherwise: &Value) -> Value {
    match &value.kind {
        Kind::Null => then.clone(),
        Kind::Choice(choice) => Value::choice(
            choice.atom.clone(),
            where_null(&choice.then, then, otherwise),
            where_null(&choice.otherwise, then, otherwise),
        ),
        Kind::Array(array) if array.items.is_empty() && array.rest.is_none() => then.clone(),
        Kind::Symbol(symbol) => {
            Value::choice(cmklint_graph::Atom::equals(symbol.clone(), Literal::Null), then.clone(), otherwise.clone())
        }
        _ => otherwise.clone(),
    }
}

/// The argument at `path`: through blocks that occur once, null where any part of the path is absent.
pub(super) fn at(stated: &Value, path: &str) -> Value {
    names(path).fold(stated.clone(), |value, name| member(&value, name))
}

/// The names on the path to an argument, without the indices of blocks.
fn names(path: &(impl AsPath + ?Sized)) -> impl Iterator<Item = &str> {
    path.steps().filter_map(|step| match step {
        PathStep::Member(name) => Some(name),
        PathStep::Item(_) => None,
    })
}

fn member(value: &Value, name: &str) -> Value {
    match &value.kind {
        Kind::Object(object) => match (object.entries.get(name), &object.rest) {
            (Some(entry), _) => entry.value.clone(),
            (None, Some(rest)) => member(&Value::symbol(rest.clone()), name),
            (None, None) => Value::null(),
        },
        Kind::Array(array) => match (array.items.first(), &array.rest) {
            (Some(item), _) => member(item, name),
            (None, Some(rest)) => member(&Value::symbol(rest.clone()), name),
            (None, None) => Value::null(),
        },
        // No trail of its own: the places are those of the arms.
        Kind::Choice(choice) => {
            Value::choice(choice.atom.clone(), member(&choice.then, name), member(&choice.otherwise, name))
        }
        Kind::Symbol(symbol) => {
            let mut out = Value::apply(
                &format!("attribute:{name}"),
                std::slice::from_ref(value),
                Some(&format!("{}.{name}", symbol.label())),
            );
            out.trail = value.trail.clone();
            out
        }
        Kind::Ref(_) => value.member(name),
        _ => Value::null(),
    }
}

/// Where the name of the argument at `path` is written, else that of the block that contains it.
fn key_span(stated: &Value, path: &(impl AsPath + ?Sized)) -> Option<Span> {
    let mut found = None;
    let mut value = stated.clone();
    for name in names(path) {
        loop {
            match &value.kind {
                Kind::Choice(choice) => {
                    let empty = |v: &Value| {
                        matches!(&v.kind, Kind::Null) || matches!(&v.kind, Kind::Array(a) if a.items.is_empty())
                    };
                    let arm = if empty(&choice.then) { choice.otherwise.clone() } else { choice.then.clone() };
                    value = arm;
                }
                Kind::Array(array) => match array.items.first().cloned() {
                    Some(item) => value = item,
                    None => return found,
                },
                _ => break,
            }
        }
        let Kind::Object(object) = &value.kind else { return found };
        let Some(entry) = object.entries.get(name) else { return found };
        found = entry.key_span.or(found);
        let next = entry.value.clone();
        value = next;
    }
    found
}

/// The list of the results of `rules` for each block of `list`.
fn each(rules: &[Rule], list: &Value, given: &ProviderContext<'_>) -> Value {
    match &list.kind {
        Kind::Null => Value::null(),
        Kind::Choice(choice) => on_arms(list, choice, |arm| each(rules, arm, given)),
        Kind::Array(array) => {
            let items = array.items.iter().map(|block| item(rules, block, given)).collect();
            let kind = Kind::Array(Arc::new(Array { items, rest: array.rest.clone(), ..Array::default() }));
            Value { kind, trail: list.trail.clone() }
        }
        Kind::Object(_) => Value { trail: list.trail.clone(), ..Value::array(vec![item(rules, list, given)]) },
        _ => list.clone(),
    }
}

fn item(rules: &[Rule], block: &Value, given: &ProviderContext<'_>) -> Value {
    if let Kind::Choice(choice) = &block.kind {
        return on_arms(block, choice, |arm| item(rules, arm, given));
    }
    let mut out = Object::default();
    apply(rules, block, given, &mut out);
    Value { trail: block.trail.clone(), ..Value::object(out) }
}

/// Whether settings that a block turns on are on: the block's `flag`, true where it is left out.
fn enabled(block: &Value, flag: &str) -> Value {
    match &block.kind {
        Kind::Null => Value::null(),
        Kind::Array(array) if array.items.is_empty() && array.rest.is_none() => Value::null(),
        Kind::Choice(choice) => {
            Value::choice(choice.atom.clone(), enabled(&choice.then, flag), enabled(&choice.otherwise, flag))
        }
        Kind::Array(_) | Kind::Object(_) => {
            let stated = truth_of(&member(block, flag));
            let on = Value { trail: block.trail.clone(), ..Value::bool(true) };
            where_null(&stated, &on, &stated)
        }
        _ => Value::apply("enabled", std::slice::from_ref(block), None),
    }
}

/// Text that spells a boolean, as that boolean.
fn truth_of(value: &Value) -> Value {
    match (&value.kind, value.as_str()) {
        (Kind::Choice(choice), _) => on_arms(value, choice, truth_of),
        (_, Some("true")) => Value { trail: value.trail.clone(), ..Value::bool(true) },
        (_, Some("false")) => Value { trail: value.trail.clone(), ..Value::bool(false) },
        _ => value.clone(),
    }
}

fn mapped(value: &Value, map: Map, given: &ProviderContext<'_>) -> Value {
    if let Kind::Choice(choice) = &value.kind {
        let mut out =
            Value::choice(choice.atom.clone(), mapped(&choice.then, map, given), mapped(&choice.otherwise, map, given));
        out.trail = value.trail.after(&out.trail);
        return out;
    }
    let kept = |made: Value| Value { kind: made.kind, trail: value.trail.clone() };
    match map {
        Map::Same => value.clone(),
        Map::Number => match number_of(value) {
            Some(number) => kept(Value::new(Kind::Number(number))),
            None => value.clone(),
        },
        Map::Bool => truth_of(value),
        Map::Json => match &value.kind {
            Kind::String(_) | Kind::Template(_) => match encode::from_text(value) {
                Some(json) => kept(json),
                None => kept(Value::apply("jsondecode", std::slice::from_ref(value), None)),
            },
            _ => value.clone(),
        },
        Map::OnlyId => match &value.kind {
            Kind::Ref(r) if r.path.is("id") => value.clone(),
            Kind::String(text) if text.starts_with('/') => value.clone(),
            Kind::Template(_) if cmklint_graph::ResourceId::parse(value).is_some() => value.clone(),
            _ => Value::null(),
        },
        Map::IdentityType => match value.as_str() {
            Some(text) => kept(Value::string(text.replace(' ', ""))),
            None => value.clone(),
        },
        Map::Role => match value.as_str().and_then(role_definition) {
            Some(id) => {
                kept(concat(&[Value::string("/subscriptions/"), given.subscription.clone(), Value::string(id)]))
            }
            None => Value::null(),
        },
        Map::Identities => match &value.kind {
            Kind::Array(array) => {
                let mut out = Object::default();
                for id in &array.items {
                    match id.as_str() {
                        Some(text) => out.insert(text, id.span(), Value::object(Object::default())),
                        None => {
                            let Kind::Symbol(rest) = Value::apply("identities", &array.items, None).kind else {
                                continue;
                            };
                            out.rest = Some(rest);
                        }
                    }
                }
                if let Some(rest) = &array.rest {
                    out.rest = Some(rest.clone());
                }
                kept(Value::object(out))
            }
            _ => value.clone(),
        },
    }
}

/// Objects that ARM has and azurerm has no block for: their missing members are missing in the resource, not in a block.
const PLAIN: [&str; 5] =
    ["properties", "storageProfile", "virtualMachineProfile", "extensionProfile", "publishingProfile"];

/// Sets the property at `path`. Null leaves it absent; where two arguments map to one property, the one that isn't null counts.
pub(super) fn put(out: &mut Object, path: &str, value: Value, key_span: Option<Span>) {
    put_inside(out, path, value, key_span, key_span);
}

/// As [`put`], where the objects on the path belong to the block at `block`.
fn put_inside(out: &mut Object, path: &str, value: Value, key_span: Option<Span>, block: Option<Span>) {
    let names: Vec<&str> = names(path).collect();
    if !value.is_null() {
        put_at(out, &names, value, key_span, block);
    }
}

fn put_at(out: &mut Object, path: &[&str], value: Value, key_span: Option<Span>, block: Option<Span>) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        let value = match out.entries.get(*first) {
            Some(entry) => lift("either", &[entry.value.clone(), value], &mut |args| match args {
                [first, second] if first.is_null() => second.clone(),
                [first, _] => first.clone(),
                _ => Value::null(),
            }),
            None => value,
        };
        out.insert(*first, key_span, value);
        return;
    }
    let entry = out
        .entries
        .entry((*first).into())
        .or_insert_with(|| cmklint_graph::Entry { key_span: None, value: Value::object(Object::default()) });
    if !PLAIN.contains(first) {
        entry.key_span = entry.key_span.or(block);
    }
    if let Kind::Object(object) = &mut entry.value.kind {
        put_at(Arc::make_mut(object), rest, value, key_span, block);
    }
}

/// `value` with every object in it open to members that the code doesn't state.
pub(super) fn open(value: &Value, symbol: &Symbol) -> Value {
    let Kind::Object(object) = &value.kind else { return value.clone() };
    let mut out = Object { rest: Some(symbol.clone()), ..Object::default() };
    for (name, entry) in &object.entries {
        let inner = Symbol::new(format!("{}.{name}", symbol.key()), format!("{}.{name}", symbol.label()));
        out.insert(Arc::clone(name), entry.key_span, open(&entry.value, &inner));
    }
    Value { kind: Kind::Object(Arc::new(out)), trail: value.trail.clone() }
}
