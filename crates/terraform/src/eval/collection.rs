//! Collections: their members, `for` expressions, and functions that keep what is known of members.

use std::sync::Arc;

use cmklint_graph::{Form, Kind, Object, Ref, Symbol, Value, canonical, lift};
use cmklint_source::Span;
use indexmap::IndexMap;

use super::expr::{list, order, sequence};
use super::{Elements, Evaluator, ModuleId, Scope};
use crate::config::types::Type;
use crate::functions::{Library, letters};
use crate::syntax::ast::{Expr, ExprKind, For};
use crate::table;
use crate::values::{self, error, inherit, is_error, prune, sorted, truth};

/// Longer lists in the output of a resource are not looked at item by item.
const MAX_STATED: usize = 1_000;

/// A member of a collection.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) key: Value,
    pub(crate) value: Value,
    /// Whether it exists.
    pub(crate) condition: Value,
}

/// The members of a collection.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// The members that are known one by one.
    pub(crate) list: Vec<Item>,
    /// Represents all other members, of which there may be any number.
    pub(crate) symbolic: Option<Item>,
}

impl Evaluator<'_> {
    /// The members of `value`, in Terraform's order. Those of a list have their index as key where `indexed`, else themselves.
    pub(crate) fn enumerate(&mut self, value: &Value, indexed: bool) -> Items {
        let present = || Value::bool(true);
        match &value.kind {
            Kind::Array(array) => {
                let mut items = Items::default();
                let indexed = indexed && array.form != Form::Set;
                for (i, member) in array.items.iter().enumerate() {
                    let value = inherit(value, member);
                    let key = if indexed { Value::int(i64::try_from(i).unwrap_or(i64::MAX)) } else { value.clone() };
                    items.list.push(Item { key, value, condition: present() });
                }
                if let Some(rest) = &array.rest {
                    items.symbolic = self.enumerate(&Value::symbol(rest.clone()), indexed).symbolic;
                }
                items
            }
            Kind::Object(object) => {
                let mut items = Items::default();
                for (name, entry) in sorted(object) {
                    let mut key = Value::string(Arc::clone(name));
                    if let Some(span) = entry.key_span {
                        key = key.written_at(span);
                    }
                    items.list.push(Item { key, value: inherit(value, &entry.value), condition: present() });
                }
                if let Some(rest) = &object.rest {
                    items.symbolic = self.enumerate(&Value::symbol(rest.clone()), indexed).symbolic;
                }
                items
            }
            Kind::Choice(choice) => {
                let then = self.enumerate(&choice.then, indexed);
                let otherwise = self.enumerate(&choice.otherwise, indexed);
                merge_arms(&choice.atom, then, otherwise)
            }
            Kind::Symbol(symbol) if !is_error(value) => {
                if let Some(elements) = self.elements_of(symbol).filter(|e| e.complete || !e.items.is_empty()).cloned()
                {
                    let condition = if elements.complete { present() } else { self.nonempty(value) };
                    let condition = match &elements.filter {
                        Some(filter) => values::and(&condition, filter),
                        None => condition,
                    };
                    let mut list: Vec<Item> = elements
                        .items
                        .into_iter()
                        .map(|(key, value)| Item { key, value, condition: condition.clone() })
                        .collect();
                    if elements.complete {
                        return Items { list, symbolic: None };
                    }
                    return Items { symbolic: list.pop(), list: Vec::new() };
                }
                let of = |what: &str, label: &str| {
                    let label = format!("{label} of {}", symbol.label());
                    let mut out = Value::apply(what, std::slice::from_ref(value), Some(&label));
                    out.trail = value.trail.clone();
                    out
                };
                let condition = self.nonempty(value);
                let item = Item { key: of("key", "a key"), value: of("element", "an element"), condition };
                Items { list: Vec::new(), symbolic: Some(item) }
            }
            Kind::Ref(of) if let Some(count) = self.stated_items(of) => {
                let member = |at: usize| Item {
                    key: Value::int(i64::try_from(at).unwrap_or(i64::MAX)),
                    value: value.item(at),
                    condition: present(),
                };
                Items { list: (0..count).map(member).collect(), symbolic: None }
            }
            Kind::Ref(_) | Kind::Template(_) => {
                self.enumerate(&Value::apply("collection", std::slice::from_ref(value), None), indexed)
            }
            _ => Items::default(),
        }
    }

    /// How many items the list has that `of` names of what an azapi resource puts out, where the resource's body states it.
    fn stated_items(&mut self, of: &Ref) -> Option<usize> {
        if of.node.deployment != self.id || of.path.is_empty() {
            return None;
        }
        let id = *self.nodes.get(usize::try_from(of.node.index).ok()?)?;
        let instance = self.instances.get(id.0)?;
        let (kind, span) =
            self.with_block(instance.module, instance.block?, |_, b| (b.address.kind.clone(), b.block.header))?;
        if !table::is_azapi(&kind) {
            return None;
        }
        let body = self.instance_body(id, span).get("body");
        let list = body.get(&of.path);
        list.as_array()
            .filter(|list| list.rest.is_none() && list.items.len() <= MAX_STATED)
            .map(|list| list.items.len())
    }

    /// `items` of the list or set `collection`, with the members as keys where it is a set. Where it isn't known which it is,
    /// scalars have unknown keys.
    pub(super) fn with_keys(&self, mut items: Items, expr: &Expr, collection: &Value, scope: &Scope) -> Items {
        if !matches!(collection.kind, Kind::Array(_) | Kind::Choice(_)) {
            return items;
        }
        let set = match &collection.kind {
            Kind::Array(array) if array.form != Form::Unsaid => Some(array.form == Form::Set),
            _ => self.is_set(expr, scope.module, 8),
        };
        for item in items.list.iter_mut().chain(items.symbolic.as_mut()) {
            if !matches!(item.key.kind, Kind::Number(_)) {
                continue;
            }
            match set {
                Some(true) => item.key = item.value.clone(),
                None if matches!(item.value.kind, Kind::String(_) | Kind::Template(_) | Kind::Symbol(_)) => {
                    item.key = Value::apply("key", &[collection.clone(), item.value.clone()], None);
                }
                _ => {}
            }
        }
        items
    }

    /// Whether `expr` is written as a set (`toset(…)` and the like).
    fn is_set(&self, expr: &Expr, module: ModuleId, left: usize) -> Option<bool> {
        let left = left.checked_sub(1)?;
        match &expr.kind {
            ExprKind::Array(_) | ExprKind::For(_) | ExprKind::Object(_) => Some(false),
            ExprKind::Call(call) => match &*call.name {
                "toset" | "setunion" | "setsubtract" | "setintersection" | "setproduct" => Some(true),
                "tolist" | "concat" | "distinct" | "flatten" | "compact" | "keys" | "values" | "range" | "split"
                | "sort" | "slice" | "reverse" => Some(false),
                _ => None,
            },
            ExprKind::Conditional(parts) => {
                let (then, otherwise) = (self.is_set(&parts.1, module, left)?, self.is_set(&parts.2, module, left)?);
                (then == otherwise).then_some(then)
            }
            ExprKind::Traversal(..) => {
                let reference = expr.as_reference()?;
                let config = &self.module(module)?.config;
                if let Some(name) = reference.strip_prefix("var.") {
                    return match config.variables.get(name)?.ty {
                        Type::Set(_) => Some(true),
                        Type::List(_) | Type::Tuple(_) => Some(false),
                        _ => None,
                    };
                }
                let local = config.locals.get(reference.strip_prefix("local.")?)?;
                self.is_set(&local.value, module, left)
            }
            _ => None,
        }
    }

    /// Whether the collection `value` has a member, as a condition.
    pub(crate) fn nonempty(&self, value: &Value) -> Value {
        let length = self.length(value);
        if let Kind::Symbol(_) = &length.kind {
            return truth(&Value::call(
                &Library,
                "<",
                &[Value::int(0), length],
                Some(&format!("{} has members", value.describe())),
            ));
        }
        let span = value.span();
        match span {
            Some(span) => order("<", &Value::int(0), &length, span),
            None => values::not(&values::equal(&length, &Value::int(0))),
        }
    }

    /// The number of members of `value`, or of characters.
    pub(crate) fn length(&self, value: &Value) -> Value {
        let count = |n: usize| Value::int(i64::try_from(n).unwrap_or(i64::MAX));
        match &value.kind {
            Kind::Array(array) if array.rest.is_none() => count(array.items.len()),
            Kind::Object(object) if object.rest.is_none() => count(object.entries.len()),
            Kind::String(text) => count(letters(text)),
            Kind::Symbol(symbol) => match self.elements_of(symbol) {
                // Of several members with unknown keys, two may be the same one.
                Some(elements) if elements.complete && elements.items.len() < 2 => count(elements.items.len()),
                _ if is_error(value) => value.clone(),
                _ => Value::call(&Library, "length", std::slice::from_ref(value), None),
            },
            Kind::Choice(choice) => values::on_arms(value, choice, |arm| self.length(arm)),
            _ => Value::call(&Library, "length", std::slice::from_ref(value), None),
        }
    }

    pub(super) fn for_expr(&mut self, f: &For, scope: &Scope, span: Span) -> Value {
        let collection = prune(&self.eval(&f.collection, scope));
        if is_error(&collection) {
            return collection;
        }
        if let Some(failed) = not_a_collection(&collection, span) {
            return failed;
        }
        if !self.pay_for_members(&collection, span) {
            return self.opaque(span, "a loop that takes too many steps");
        }
        let items = self.enumerate(&collection, true);
        let items = self.with_keys(items, &f.collection, &collection, scope);
        // Members with unknown keys: two may be the same one, and their order depends on the keys.
        let loose = items.list.len() > 1
            && match &collection.kind {
                Kind::Symbol(_) => true,
                Kind::Array(array) => array.form == Form::Set && !collection.is_known(),
                _ => false,
            };
        let mut made: Vec<Item> = Vec::new();
        for item in &items.list {
            if !self.has_steps() {
                return self.opaque(span, "a loop that takes too many steps");
            }
            if let Some(out) = self.for_item(f, item, scope) {
                made.push(out);
            }
        }
        let filter = self.filter_of(&collection);
        let rest = items.symbolic.map(|item| Item { condition: filter.unwrap_or_else(|| Value::bool(true)), ..item });
        let rest = rest.as_ref().and_then(|item| self.for_item(f, item, scope)).map(|item| {
            let key =
                if f.key.is_some() { item.key } else { Value::apply("key", std::slice::from_ref(&collection), None) };
            let what = [collection.clone(), key.clone(), item.value.clone(), item.condition.clone()];
            let value = Value::apply("for", &what, Some(&format!("a loop over {}", collection.describe())));
            if let Kind::Symbol(symbol) = &value.kind {
                let members = vec![(key, item.value)];
                let filter = Some(item.condition).filter(|c| c.as_bool() != Some(true) && !is_error(c));
                self.set_elements(symbol, Elements { items: members, complete: false, any_key: false, filter });
                let is_whole = items.list.is_empty() && f.key.is_none();
                if is_whole { no_longer_than(symbol, &collection, f.condition.is_some()) } else { symbol.clone() }
            } else {
                Symbol::new("for", "a loop")
            }
        });
        if let Some(failed) =
            made.iter().find_map(|i| [&i.key, &i.value, &i.condition].into_iter().find(|v| is_error(v)))
        {
            return failed.clone();
        }
        if loose {
            let certain = !f.group && made.iter().all(|i| i.condition.as_bool() == Some(true));
            let parts: Vec<Value> =
                made.iter().flat_map(|i| [i.key.clone(), i.value.clone(), i.condition.clone()]).collect();
            let value = Value::apply("for", &parts, Some("a loop over what is not known"));
            if let (Kind::Symbol(symbol), true) = (&value.kind, certain && rest.is_none()) {
                let complete = f.key.is_some() || made.len() == items.list.len();
                let items = made.into_iter().zip(&items.list);
                let items =
                    items.map(|(made, item)| (if f.key.is_some() { made.key } else { item.key.clone() }, made.value));
                let items = items.collect();
                self.set_elements(symbol, Elements { items, complete, any_key: false, filter: None });
            }
            return value;
        }
        if f.key.is_none() {
            let (flags, members): (Vec<Value>, Vec<Value>) = made.into_iter().map(|i| (i.condition, i.value)).unzip();
            return where_present(&flags, &mut |there| {
                let items: Vec<Value> =
                    members.iter().zip(there).filter(|(_, there)| **there).map(|(v, _)| v.clone()).collect();
                match &rest {
                    Some(rest) if items.is_empty() => Value::symbol(rest.clone()),
                    Some(rest) => list(items, Some(rest.clone())),
                    None => sequence(items, Form::Structure, None),
                }
            });
        }
        self.object_for(f, made, rest, span)
    }

    /// The object that a loop with keys makes of the members `made`; `rest` represents the unknown ones.
    fn object_for(&mut self, f: &For, made: Vec<Item>, rest: Option<Symbol>, span: Span) -> Value {
        if made.iter().any(|i| matches!(i.key.kind, Kind::Null | Kind::Array(_) | Kind::Object(_))) {
            return error(span, "a key that is not a string");
        }
        let flags: Vec<Value> = made.iter().map(|i| i.condition.clone()).collect();
        if made.iter().any(|i| values::text_of(&i.key).is_none()) {
            let members: Vec<(Value, Value)> = made.into_iter().map(|i| (i.key, i.value)).collect();
            if rest.is_none() && flags.iter().all(|f| f.as_bool() == Some(true)) && !f.group {
                return self.keyed(Vec::new(), members);
            }
            let parts: Vec<Value> = members.into_iter().flat_map(|(k, v)| [k, v]).chain(flags).collect();
            return Value::apply("for", &parts, Some("a loop whose keys are not known"));
        }
        where_present(&flags, &mut |there| {
            let mut object = Object { rest: rest.clone(), form: Form::Structure, ..Object::default() };
            let mut groups: IndexMap<Arc<str>, (Option<Span>, Vec<Value>)> = IndexMap::new();
            for (item, _) in made.iter().zip(there).filter(|(_, there)| **there) {
                let Some(name) = values::text_of(&item.key) else { continue };
                let key_span = item.key.span();
                if f.group {
                    let group = groups.entry(name).or_default();
                    group.0 = key_span;
                    group.1.push(item.value.clone());
                } else if object.entries.contains_key(&name) {
                    return error(span, "two members of one name");
                } else {
                    object.insert(name, key_span, item.value.clone());
                }
            }
            for (name, (key_span, members)) in groups {
                object.insert(name, key_span, sequence(members, Form::Structure, None));
            }
            match &rest {
                Some(rest) if object.entries.is_empty() => Value::symbol(rest.clone()),
                _ => Value::object(object),
            }
        })
    }

    /// Pays for visiting the members of `collection` one by one.
    pub(super) fn pay_for_members(&mut self, collection: &Value, span: Span) -> bool {
        let length = match &collection.kind {
            Kind::Array(array) => array.items.len(),
            Kind::Object(object) => object.entries.len(),
            _ => 1,
        };
        self.pay(length / 4, length.saturating_mul(256), span)
    }

    /// The result of the loop for one member; `None` where the filter leaves it out.
    fn for_item(&mut self, f: &For, item: &Item, scope: &Scope) -> Option<Item> {
        let mut inner = scope.bind(&f.value_name, item.value.clone());
        if let Some(key_name) = &f.key_name {
            inner = inner.bind(key_name, item.key.clone());
        }
        let mut condition = item.condition.clone();
        if let Some(filter) = &f.condition {
            condition = values::and(&condition, &truth(&prune(&self.eval(filter, &inner))));
        }
        if condition.as_bool() == Some(false) {
            return None;
        }
        let key = f.key.as_ref().map_or_else(Value::null, |key| prune(&self.eval(key, &inner)));
        let value = prune(&self.eval(&f.value, &inner));
        Some(Item { key, value, condition })
    }
}

/// The error of a loop over `value`, which is not a collection.
pub(super) fn not_a_collection(value: &Value, span: Span) -> Option<Value> {
    match &value.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Template(_) => {
            Some(error(span, "a loop over what is no collection"))
        }
        Kind::Symbol(_) if is_error(value) => Some(value.clone()),
        _ => None,
    }
}

/// The result of `make` for each set of members that can exist by the conditions `flags`.
pub(super) fn where_present(flags: &[Value], make: &mut dyn FnMut(&[bool]) -> Value) -> Value {
    if flags.iter().all(|f| f.as_bool() == Some(true)) {
        return make(&vec![true; flags.len()]);
    }
    lift("for", flags, &mut |flags| make(&flags.iter().map(|f| f.as_bool() == Some(true)).collect::<Vec<_>>()))
}

/// The members of a collection that is `then` where `atom` holds and another collection where it doesn't.
pub(super) fn merge_arms(atom: &cmklint_graph::Atom, then: Items, otherwise: Items) -> Items {
    let choose = |a: Value, b: Value| Value::choice(atom.clone(), a, b);
    let absent = Value::bool(false);
    let mut out = Items::default();
    let mut right: IndexMap<String, Item> = otherwise.list.into_iter().map(|i| (canonical(&i.key), i)).collect();
    for item in then.list {
        let key = canonical(&item.key);
        match right.swap_remove(&key) {
            Some(other) => {
                out.list.push(Item {
                    key: item.key,
                    value: choose(item.value, other.value),
                    condition: choose(item.condition, other.condition),
                });
            }
            None => out.list.push(Item { condition: choose(item.condition, absent.clone()), ..item }),
        }
    }
    right.sort_keys();
    for (_, item) in right {
        out.list.push(Item { condition: choose(absent.clone(), item.condition), ..item });
    }
    out.symbolic = match (then.symbolic, otherwise.symbolic) {
        (Some(a), Some(b)) => Some(Item {
            key: choose(a.key, b.key),
            value: choose(a.value, b.value),
            condition: choose(a.condition, b.condition),
        }),
        (Some(a), None) => Some(Item { condition: choose(a.condition, absent), ..a }),
        (None, Some(b)) => Some(Item { condition: choose(absent, b.condition), ..b }),
        (None, None) => None,
    };
    out
}

/// `made`, the list that a loop makes of `collection`, both of which are not known: as long as that, or perhaps shorter where members are `filtered`.
fn no_longer_than(made: &Symbol, collection: &Value, filtered: bool) -> Symbol {
    let length = |of: &Value| Value::call(&Library, "length", std::slice::from_ref(of), None);
    let (own, whole) = (length(&Value::symbol(made.clone())), length(collection));
    let compared = Value::call(&Library, if filtered { "<" } else { "==" }, &[whole, own], None);
    made.that_requires(if filtered {
        Value::call(&Library, "==", &[compared, Value::bool(false)], None)
    } else {
        compared
    })
}
