//! Functions that take a lambda.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-lambda>

use std::sync::Arc;

use cmklint_graph::{Array, Entry, Kind, Object, Symbol, Value};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::Env;
use super::loops::ITEM_COST;
use super::shape::Shape;
use crate::functions::{self, object, string};
use crate::ir::{Expr, ExprKind};

impl Evaluator<'_> {
    /// The function `name` of `over`, which is not a choice, and the further arguments `rest`.
    pub(crate) fn with_lambda(&mut self, env: &Env, name: &str, over: &Value, rest: &[Expr], span: Span) -> Value {
        let made = match (name, &over.kind) {
            ("mapvalues", Kind::Object(object)) => self.map_values(env, object, rest, span),
            ("mapvalues", _) => None,
            ("reduce", Kind::Array(array)) => self.reduce(env, array, rest, span),
            (_, Kind::Array(array)) => match name {
                "map" => self.map(env, array, rest, span),
                "filter" => self.filter(env, array, rest, span),
                "sort" => self.sort(env, array, rest, span),
                "toobject" => self.by_key(env, array, rest, span),
                "groupby" => self.group_by(env, array, rest, span),
                _ => None,
            },
            _ => None,
        };
        made.unwrap_or_else(|| {
            let here = self.lambda_symbol(env, name, rest, span);
            let label = format!("{name}({}, …)", over.describe());
            match Value::apply(name, &[over.clone(), here], Some(&label)).kind {
                Kind::Symbol(symbol) if matches!(name, "map" | "sort" | "filter") => {
                    Value::symbol(as_long_as(symbol, over, name))
                }
                kind => Value::new(kind),
            }
        })
    }

    /// The lambda `expr`, applied to `args`; where it takes fewer, the last ones are left out.
    fn apply_lambda(&mut self, env: &Env, expr: &Expr, args: &[Value], span: Span) -> Option<Value> {
        if !self.pay(ITEM_COST, span) {
            return None;
        }
        let ExprKind::Lambda { parameters, body } = &expr.kind else { return None };
        let mut inner = env.plain();
        for (name, value) in parameters.iter().zip(args) {
            let shape = Shape::of(value, self.limits.size);
            self.charge(shape.size as u64 / 32, span);
            inner = inner.bind(Some(name), value.clone(), shape);
        }
        Some(self.eval(&inner, body))
    }

    /// What the function `name`, with the further arguments `lambdas`, makes of the items of `array` that are not known.
    fn further(&mut self, env: &Env, name: &str, array: &Array, lambdas: &[Expr], span: Span) -> Option<Symbol> {
        let rest = array.rest.as_ref()?;
        let here = self.lambda_symbol(env, name, lambdas, span);
        // A lambda that is given the index of an item too makes something else of the same item behind others.
        let before = i64::try_from(array.items.len()).ok().filter(|before| *before > 0).map(Value::int);
        let args: Vec<Value> = [Value::symbol(rest.clone()), here].into_iter().chain(before).collect();
        functions::symbol_of(name, &args)
    }

    fn map(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let [lambda] = rest else { return None };
        let mut items = Vec::with_capacity(array.items.len());
        let mut size = 0usize;
        for (at, item) in array.items.iter().enumerate() {
            let args = [item.clone(), Value::int(i64::try_from(at).ok()?)];
            items.push(self.apply_lambda(env, lambda, &args, span)?);
            size = size.saturating_add(self.shape.size);
            if size > self.limits.size {
                return None;
            }
        }
        let rest = self.further(env, "map", array, rest, span);
        Some(Value::new(Kind::Array(Arc::new(Array { items, rest, ..Array::default() }))))
    }

    fn filter(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let [lambda] = rest else { return None };
        let mut items = Vec::new();
        for (at, item) in array.items.iter().enumerate() {
            let args = [item.clone(), Value::int(i64::try_from(at).ok()?)];
            let kept = self.apply_lambda(env, lambda, &args, span)?;
            let kept = self.truth(kept);
            if kept.as_bool() != Some(false) {
                items.push((kept, item.clone()));
            }
        }
        let rest = self.further(env, "filter", array, rest, span);
        Some(self.gather(env, items, rest, span))
    }

    fn reduce(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let [initial, lambda] = rest else { return None };
        let mut result = self.eval(env, initial);
        if array.rest.is_some() {
            return None;
        }
        for (at, item) in array.items.iter().enumerate() {
            let args = [result, item.clone(), Value::int(i64::try_from(at).ok()?)];
            result = self.apply_lambda(env, lambda, &args, span)?;
        }
        Some(result)
    }

    /// Sorted by a function that says whether its first argument comes before its second.
    fn sort(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let [lambda] = rest else { return None };
        if array.rest.is_some() {
            return None;
        }
        // By insertion: the sorted part is searched from its end, so that equal items keep their order.
        let mut sorted: Vec<Value> = Vec::with_capacity(array.items.len());
        for item in &array.items {
            let (mut low, mut high) = (0, sorted.len());
            while low < high {
                let middle = low + (high - low) / 2;
                let before = self.apply_lambda(env, lambda, &[item.clone(), sorted.get(middle)?.clone()], span)?;
                if self.truth(before).as_bool()? { high = middle } else { low = middle + 1 }
            }
            sorted.insert(low, item.clone());
        }
        Some(Value::array(sorted))
    }

    /// The result of `lambda` for `item`; not a choice.
    fn key_of(&mut self, env: &Env, lambda: &Expr, item: &Value, span: Span) -> Option<Value> {
        let key = self.apply_lambda(env, lambda, std::slice::from_ref(item), span)?;
        let key = self.deref(key);
        let key = self.spell_out(key);
        let key = string::text_of(key);
        (!matches!(key.kind, Kind::Choice(_))).then_some(key)
    }

    fn by_key(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let (key, value) = match rest {
            [key] => (key, None),
            [key, value] => (key, Some(value)),
            _ => return None,
        };
        let (mut out, mut places) = (Object::default(), object::Places::default());
        for item in &array.items {
            let name = self.key_of(env, key, item, span)?;
            let value = match value {
                Some(value) => self.apply_lambda(env, value, std::slice::from_ref(item), span)?,
                None => item.clone(),
            };
            match &name.kind {
                Kind::String(name) => places.set(&mut out, name, Entry { key_span: None, value }),
                _ => {
                    object::set_nameless(&mut out, &name, &value);
                    places = object::Places::default();
                }
            }
        }
        if let Some(rest) = self.further(env, "toObject", array, rest, span) {
            object::forget(&mut out, &rest);
        }
        Some(Value::object(out))
    }

    fn group_by(&mut self, env: &Env, array: &Array, rest: &[Expr], span: Span) -> Option<Value> {
        let (key, value) = match rest {
            [key] => (key, None),
            [key, value] => (key, Some(value)),
            _ => return None,
        };
        if array.rest.is_some() {
            return None;
        }
        let mut groups: indexmap::IndexMap<Arc<str>, Vec<Value>> = indexmap::IndexMap::new();
        for item in &array.items {
            let name = self.key_of(env, key, item, span)?.as_str().map(Arc::<str>::from)?;
            let value = match value {
                Some(value) => self.apply_lambda(env, value, std::slice::from_ref(item), span)?,
                None => item.clone(),
            };
            groups.entry(name).or_default().push(value);
        }
        let entry = |(name, items)| (name, Entry { key_span: None, value: Value::array(items) });
        Some(Value::object(Object { entries: groups.into_iter().map(entry).collect(), ..Object::default() }))
    }

    fn map_values(&mut self, env: &Env, object: &Object, rest: &[Expr], span: Span) -> Option<Value> {
        let [lambda] = rest else { return None };
        let mut out = Object::default();
        for (name, entry) in &object.entries {
            let value = self.apply_lambda(env, lambda, std::slice::from_ref(&entry.value), span)?;
            out.entries.insert(Arc::clone(name), Entry { key_span: entry.key_span, value });
        }
        if let Some(symbol) = &object.rest {
            let here = self.lambda_symbol(env, "mapValues", rest, span);
            out.rest = functions::symbol_of("mapValues", &[Value::symbol(symbol.clone()), here]);
        }
        Some(Value::object(out))
    }
}

/// `made`, what the function `name` makes of the list `over`, both of which are not known: as long as that, or with `filter` perhaps shorter.
fn as_long_as(made: Symbol, over: &Value, name: &str) -> Symbol {
    let length = |of: &Value| Value::call(&functions::Library, "length", std::slice::from_ref(of), None);
    let lengths = [length(&Value::symbol(made.clone())), length(over)];
    let compares = if name == "filter" { "lessorequals" } else { "equals" };
    made.that_requires(Value::call(&functions::Library, compares, &lengths, None))
}
