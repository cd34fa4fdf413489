//! Functions of collections whose members are not all known, though something is known about them.

use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, SymbolOrigin, Value, canonical, lift};
use cmklint_source::Span;

use super::expr::list;
use super::{Elements, Evaluator};
use crate::functions::types::Ty;
use crate::functions::{ATTRIBUTE, Library, encode};
use crate::values::{self, error};

impl Evaluator<'_> {
    /// A map, some of whose keys are not known.
    pub(super) fn keyed(&mut self, known: Vec<(Value, Value)>, unknown: Vec<(Value, Value)>) -> Value {
        let items: Vec<(Value, Value)> = known.into_iter().chain(unknown).collect();
        let parts: Vec<Value> = items.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect();
        let value = Value::apply("map", &parts, Some("a map whose keys are not known"));
        if let Kind::Symbol(symbol) = &value.kind {
            self.set_elements(symbol, Elements { items, complete: true, any_key: false, filter: None });
        }
        value
    }

    /// The collection `value`, about whose members something is known, with `f` applied to each member. `None` for other values.
    pub(crate) fn map_elements(
        &mut self,
        value: &Value,
        what: &str,
        mut f: impl FnMut(&mut Self, &Value) -> Value,
    ) -> Option<Value> {
        let Kind::Symbol(symbol) = &value.kind else { return None };
        let elements = self.elements_of(symbol)?.clone();
        let items: Vec<(Value, Value)> =
            elements.items.iter().map(|(key, value)| (key.clone(), f(self, value))).collect();
        let members: Vec<Value> = std::iter::once(value.clone()).chain(items.iter().map(|(_, v)| v.clone())).collect();
        let mut made = Value::apply(what, &members, Some(symbol.label()));
        made.trail = value.trail.clone();
        if let Kind::Symbol(symbol) = &made.kind {
            self.set_elements(symbol, Elements { items, ..elements });
        }
        Some(made)
    }

    /// Functions that keep what is known of the members of unknown collections; `None` for all other calls.
    pub(super) fn collection_call(&mut self, name: &str, args: &[Value], span: Span) -> Option<Value> {
        let first = args.first()?;
        if args.iter().all(Value::is_known) {
            return None;
        }
        match name {
            "length" => Some(self.length(first).written_at(span)),
            "sensitive" | "nonsensitive" | "ephemeralasnull" => Some(first.clone()),
            "jsonencode" if !first.is_known() && !matches!(first.kind, Kind::Choice(_)) => Some(self.encode(first)),
            "jsondecode" if matches!(first.kind, Kind::Template(_)) => encode::with_ids(first),
            "yamldecode" => encode::yaml_with_ids(first),
            "jsondecode" => {
                let decoded = self.decoded(first);
                let unchanged = matches!((&decoded.kind, &first.kind), (Kind::Symbol(a), Kind::Symbol(b)) if a == b);
                let is_text = matches!(first.kind, Kind::String(_) | Kind::Template(_) | Kind::Choice(_));
                (!unchanged && !is_text).then_some(decoded)
            }
            "lookup" => {
                let key = args.get(1)?;
                let missing = args.get(2).cloned().unwrap_or_else(|| error(span, "lookup() of a key that isn't there"));
                let found = self.index(first, key, &missing);
                // Where it isn't known whether the key is there, the default is as possible as the member.
                if args.len() < 3 || !is_part_of(&found, first) {
                    return Some(found);
                }
                Some(lift("try", &[found, missing], &mut |pair| Value::call(&Library, "try", pair, None)))
            }
            _ => self.members_call(name, args, first, span),
        }
    }

    /// As [`Evaluator::collection_call`], for functions that make a collection of the members of `first`.
    fn members_call(&mut self, name: &str, args: &[Value], first: &Value, span: Span) -> Option<Value> {
        if let ("toset", 1, Kind::Array(array)) = (name, args.len(), &first.kind) {
            let array = Arc::clone(array);
            return array.rest.is_none().then(|| self.set_of(args, &array));
        }
        if let Kind::Choice(choice) = &first.kind
            && args.len() == 1
            && matches!(
                name,
                "one" | "toset" | "tolist" | "values" | "keys" | "flatten" | "distinct" | "compact" | "sort"
            )
        {
            let choice = Arc::clone(choice);
            let then = self.members_of_arm(name, &choice.then, span);
            let otherwise = self.members_of_arm(name, &choice.otherwise, span);
            return Some(Value::choice(choice.atom.clone(), then, otherwise));
        }
        let symbol = match &first.kind {
            Kind::Symbol(symbol) if args.len() == 1 => symbol.clone(),
            Kind::Array(array) if name == "flatten" && array.rest.is_none() => return self.flatten_partly(first),
            _ => return None,
        };
        let item = self.enumerate(first, true);
        let complete = item.symbolic.is_none();
        let mut members: Vec<(Value, Value)> =
            item.list.into_iter().chain(item.symbolic).map(|i| (i.key, i.value)).collect();
        match name {
            "one" => {
                let [(_, only)] = &members[..] else { return None };
                self.elements_of(&symbol)?;
                let condition = self.nonempty(first);
                return Some(values::select(&condition, only, &Value::null()));
            }
            "toset" | "distinct" | "compact" | "sort" | "reverse" => {
                for (key, value) in &mut members {
                    *key = value.clone();
                }
            }
            "keys" => {
                for (key, value) in &mut members {
                    *value = key.clone();
                }
            }
            "tolist" | "values" | "tomap" => {}
            "flatten" => members = self.flattened(members),
            _ => return None,
        }
        // The order of several members depends on their keys.
        if complete && members.len() < 2 && matches!(name, "values" | "tolist") {
            return Some(Value::array(members.into_iter().map(|(_, v)| v).collect()));
        }
        let made = Value::call(&Library, name, args, None);
        if let Kind::Symbol(symbol) = &made.kind {
            let complete = complete && name != "flatten";
            let any_key = matches!(name, "tomap") && self.elements_of(symbol).is_some_and(|e| e.any_key);
            // What is flattened are the members' own members.
            let filter = if name == "flatten" { None } else { self.filter_of(first) };
            self.set_elements(symbol, Elements { items: members, complete, any_key, filter });
        }
        Some(made)
    }

    /// The result of the function `name` for one of the two values that its argument may have.
    fn members_of_arm(&mut self, name: &str, arm: &Value, span: Span) -> Value {
        let (place, args) = (self.id.to_string(), std::slice::from_ref(arm));
        self.collection_call(name, args, span)
            .unwrap_or_else(|| crate::functions::call(name, args, &self.site(span, &place)))
    }

    /// The members of `members`, each a key and a value, with those of inner collections in place of these.
    fn flattened(&mut self, members: Vec<(Value, Value)>) -> Vec<(Value, Value)> {
        use Kind::{Bool, Null, Number, Object, String, Template};
        let mut out = Vec::new();
        for (key, value) in members {
            if matches!(value.kind, Null | Bool(_) | Number(_) | String(_) | Template(_) | Object(_)) {
                out.push((key, value));
                continue;
            }
            let items = self.enumerate(&value, true);
            out.extend(items.list.into_iter().chain(items.symbolic).map(|i| (i.key, i.value)));
        }
        out
    }

    /// A set some of whose members are not known: two of them may be one.
    fn set_of(&mut self, args: &[Value], array: &Array) -> Value {
        let mut seen = rustc_hash::FxHashSet::default();
        let items: Vec<(Value, Value)> =
            array.items.iter().filter(|i| seen.insert(canonical(i))).map(|i| (i.clone(), i.clone())).collect();
        if let [(_, only)] = &items[..] {
            return super::expr::sequence(vec![only.clone()], Form::Set, None);
        }
        let value = Value::apply("toset", args, None);
        if let Kind::Symbol(symbol) = &value.kind {
            self.set_elements(symbol, Elements { items, complete: true, any_key: false, filter: None });
            self.set_type(symbol, Ty::Set(Box::new(Ty::Unknown)));
        }
        value
    }

    /// `flatten` of a list some of whose items are unknown lists. `None` where all are known, or nothing can be said.
    fn flatten_partly(&mut self, value: &Value) -> Option<Value> {
        let Kind::Array(array) = &value.kind else { return None };
        let mut known = Vec::new();
        let mut members = Vec::new();
        for item in &array.items {
            match &item.kind {
                Kind::Symbol(_) => {
                    let items = self.enumerate(item, true);
                    members.extend(items.list.into_iter().chain(items.symbolic).map(|i| (i.key, i.value)));
                }
                Kind::Array(inner) if members.is_empty() && inner.rest.is_none() => {
                    known.extend(inner.items.iter().cloned());
                }
                Kind::Choice(_) | Kind::Array(_) => return None,
                _ if members.is_empty() => known.push(item.clone()),
                _ => return None,
            }
        }
        if members.is_empty() {
            return None;
        }
        let Kind::Symbol(rest) = Value::apply("flatten", std::slice::from_ref(value), None).kind else { return None };
        self.set_elements(&rest, Elements { items: members, complete: false, any_key: false, filter: None });
        Some(if known.is_empty() { Value::symbol(rest) } else { list(known, Some(rest)) })
    }
}

/// Whether `value` is what is not known of the unknown collection `of`, at a name or an index.
fn is_part_of(value: &Value, of: &Value) -> bool {
    let (Kind::Symbol(part), Kind::Symbol(of)) = (&value.kind, &of.kind) else { return false };
    let SymbolOrigin::Call(call) = part.origin() else { return false };
    let takes_part = call.function() == "index" || call.function().starts_with(ATTRIBUTE);
    takes_part && matches!(call.args().first().map(|whole| &whole.kind), Some(Kind::Symbol(whole)) if whole == of)
}
