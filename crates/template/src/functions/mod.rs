//! The function library of ARM templates and Bicep, on values that may be known only in part.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions>
//!
//! A function here sees no [`Kind::Choice`] on top of an argument, and answers `None` where the arguments are not known well enough: the call is then a
//! symbol, the same one for the same arguments.

pub(crate) mod array;
mod call;
mod cidr;
pub(crate) mod cost;
mod date;
pub(crate) mod encoding;
pub(crate) mod format;
mod hash;
pub(crate) mod json;
mod library;
pub(crate) mod logical;
pub(crate) mod numeric;
pub(crate) mod object;
mod partial_json;
pub(crate) mod string;
mod uri;
pub(crate) mod yaml;

use std::sync::Arc;

use cmklint_graph::{Array, Atom, Kind, Symbol, Value, lift};

pub(crate) use call::{Context, MAX_ITEMS, MAX_TEXT, of_literal, short_key, symbol_of};
pub(crate) use library::Library;

use library::flat;

/// A predicate of a symbol with at most this many allowed values is evaluated for each of them.
const MAX_ALLOWED: usize = 12;

/// The value of the pure function `name` (in lower case; `written` is its usual spelling) of `args`.
pub(crate) fn call(name: &str, written: &str, args: &[Value], context: &Context<'_>) -> Value {
    let mut hoisted = Vec::new();
    if looks_into_items(name) {
        hoisted.extend(args.iter().map(hoist));
    }
    lift(name, if hoisted.is_empty() { args } else { &hoisted }, &mut |args| {
        if let Some(value) = flat(name, args, context) {
            return value;
        }
        if is_predicate(name)
            && let Some(value) = for_each_allowed(name, args, context)
        {
            return value;
        }
        let value = unknown(name, written, args, context);
        // What hangs on unknowns is true or false by them; what can't be told of values that are known is a value of its own.
        if is_predicate(name) && !args.iter().all(Value::is_known) { logical::truth(value) } else { value }
    })
}

/// Functions whose result depends on the items of a list.
fn looks_into_items(name: &str) -> bool {
    matches!(name, "flatten" | "intersection" | "join" | "max" | "min" | "shallowmerge" | "union")
}

/// A list with an item that is a choice, as a choice of two lists.
fn hoist(value: &Value) -> Value {
    match &value.kind {
        Kind::Array(array) if array.items.iter().any(|item| matches!(item.kind, Kind::Choice(_))) => {
            let list = lift("array", &array.items, &mut |items| {
                Value::new(Kind::Array(Arc::new(Array { items: items.to_vec(), ..Array::clone(array) })))
            });
            Value { kind: list.kind, trail: value.trail.clone() }
        }
        _ => value.clone(),
    }
}

/// The symbol for a call that can't be evaluated.
fn unknown(name: &str, written: &str, args: &[Value], context: &Context<'_>) -> Value {
    let words: Vec<String> = args.iter().map(Value::describe).collect();
    let mut label = format!("{written}({})", words.join(", "));
    if let Some((at, _)) = label.char_indices().nth(120) {
        label.truncate(at);
        label.push('…');
    }
    if !args.iter().all(Value::is_known) {
        return Value::call(&Library, name, args, Some(&label));
    }
    // A call that fails, or that asks Azure, has another result in another deployment, even with known arguments.
    let mut args = args.to_vec();
    args.push(Value::symbol(Symbol::new(context.id.to_string(), "the deployment")));
    Value::apply(name, &args, Some(&label))
}

fn is_predicate(name: &str) -> bool {
    matches!(
        name,
        "contains" | "startswith" | "endswith" | "empty" | "less" | "lessorequals" | "greater" | "greaterorequals"
    )
}

/// The predicate for each value that the one symbol among `args` can have.
fn for_each_allowed(name: &str, args: &[Value], context: &Context<'_>) -> Option<Value> {
    let mut symbols = args.iter().enumerate().filter_map(|(at, arg)| match &arg.kind {
        Kind::Symbol(symbol) => symbol.allowed().map(|allowed| (at, symbol, allowed)),
        _ => None,
    });
    let (at, symbol, allowed) = symbols.next()?;
    if allowed.is_empty() || allowed.len() > MAX_ALLOWED {
        return None;
    }
    let mut result: Option<Value> = None;
    for literal in allowed.iter().rev() {
        let mut args = args.to_vec();
        if let Some(slot) = args.get_mut(at) {
            *slot = of_literal(literal);
        }
        let here = flat(name, &args, context)?;
        result = Some(match result {
            None => here,
            Some(otherwise) => Value::choice(Atom::equals(symbol.clone(), literal.clone()), here, otherwise),
        });
    }
    result
}

/// Functions that give items of the lists that they are given, as they are.
pub(crate) fn hands_items_on(name: &str) -> bool {
    matches!(name, "concat" | "first" | "flatten" | "last" | "skip" | "take")
}

/// Functions that read the text of their arguments, so that an id must be written out for them: it is the same text, whatever expression names the resource.
pub(crate) fn reads_text(name: &str) -> bool {
    matches!(
        name,
        "base64"
            | "contains"
            | "empty"
            | "endswith"
            | "equals"
            | "first"
            | "guid"
            | "indexof"
            | "last"
            | "lastindexof"
            | "length"
            | "padleft"
            | "replace"
            | "skip"
            | "split"
            | "startswith"
            | "string"
            | "substring"
            | "take"
            | "tolower"
            | "toupper"
            | "trim"
            | "uniquestring"
            | "uricomponent"
    )
}
