//! Arrays and objects as they are written.

use std::sync::Arc;

use cmklint_graph::{Array, Choice, Entry, Kind, Object, StepKind, Value, lift};
use cmklint_source::Span;
use indexmap::IndexMap;

use super::Evaluator;
use super::frame::Env;
use super::shape::{MAX_DEPTH, Shape};
use crate::functions;
use crate::ir::{Expr, ExprKind, Item, Member};

/// A part of an object's members, in order.
enum Run {
    Members(IndexMap<Arc<str>, Entry>),
    /// The members of another value, by its index among those that are spread.
    Spread(usize),
    /// A member whose name is not known text, by the index of its name among the values that are spread.
    Nameless(usize, Entry),
}

/// An item of an array, as it is written.
enum Written<'e> {
    Value(&'e Expr),
    Spread(&'e Expr),
}

/// A part of an array's items, in order.
enum Stretch {
    Items(Vec<Value>),
    Spread(usize),
}

impl Evaluator<'_> {
    pub(crate) fn array(&mut self, env: &Env, items: &[Item], span: Span) -> Value {
        let items = items.iter().map(|item| match item {
            Item::Value(value) => Written::Value(value),
            Item::Spread(of) => Written::Spread(of),
        });
        self.array_of(env, items, span)
    }

    /// `createArray`: the same as an array that is written out.
    pub(crate) fn create_array(&mut self, env: &Env, items: &[Expr], span: Span) -> Value {
        self.array_of(env, items.iter().map(Written::Value), span)
    }

    fn array_of<'e>(&mut self, env: &Env, items: impl Iterator<Item = Written<'e>>, span: Span) -> Value {
        let mut shape = Shape::SCALAR;
        let mut runs = Vec::new();
        let mut spread = Vec::new();
        let mut run = Vec::with_capacity(items.size_hint().0);
        for item in items {
            match item {
                Written::Value(expr) => {
                    let value = self.eval(env, expr);
                    run.push(if env.body { self.landed(value, expr, "") } else { value });
                }
                Written::Spread(expr) => {
                    runs.push(Stretch::Items(std::mem::take(&mut run)));
                    runs.push(Stretch::Spread(spread.len()));
                    spread.push(self.eval(env, expr));
                }
            }
            shape = shape.beside(self.shape);
        }
        self.shape = shape.within();
        if spread.is_empty() {
            return Value::array(run).written_at(span);
        }
        runs.push(Stretch::Items(run));
        let value = lift("array", &spread, &mut |spread| {
            let mut out = Array::default();
            for run in &runs {
                if out.rest.is_some() {
                    break;
                }
                match run {
                    Stretch::Items(items) => out.items.extend(items.iter().cloned()),
                    Stretch::Spread(at) => {
                        let Some(value) = spread.get(*at) else { continue };
                        match &value.kind {
                            Kind::Array(array) => {
                                out.items.extend(array.items.iter().cloned());
                                out.rest.clone_from(&array.rest);
                            }
                            Kind::Null => {}
                            _ => out.rest = functions::symbol_of("items", std::slice::from_ref(value)),
                        }
                    }
                }
            }
            Value::new(Kind::Array(Arc::new(out)))
        });
        self.shape = Shape::of(&value, self.limits.size);
        value.written_at(span)
    }

    pub(crate) fn object(&mut self, env: &Env, members: &[Member], span: Span) -> Value {
        let members = members.iter().map(|member| match member {
            Member::Property { key, value } => (Some(key), value),
            Member::Spread(of) => (None, of),
        });
        self.object_of(env, members, span)
    }

    /// `createObject(name, value, …)`: the same as an object that is written out.
    pub(crate) fn create_object(&mut self, env: &Env, args: &[Expr], span: Span) -> Value {
        let pairs = args.chunks_exact(2).filter_map(|pair| match pair {
            [key, value] => Some((Some(key), value)),
            _ => None,
        });
        self.object_of(env, pairs, span)
    }

    /// The object of these members, those of spread objects included.
    fn object_of<'e>(
        &mut self,
        env: &Env,
        members: impl Iterator<Item = (Option<&'e Expr>, &'e Expr)>,
        span: Span,
    ) -> Value {
        let mut shape = Shape::SCALAR;
        let mut runs = Vec::new();
        let mut spread = Vec::new();
        let mut run = IndexMap::with_capacity(members.size_hint().0);
        for member in members {
            match member {
                (Some(key), value) => {
                    let name = self.member_name(env, key);
                    let entry = self.property(env, name.as_str().unwrap_or(""), key.span, value);
                    shape = shape.beside(self.shape);
                    match name.kind {
                        Kind::String(name) => {
                            run.insert(name, entry);
                        }
                        _ => {
                            runs.push(Run::Members(std::mem::take(&mut run)));
                            runs.push(Run::Nameless(spread.len(), entry));
                            spread.push(name);
                        }
                    }
                }
                (None, expr) => {
                    runs.push(Run::Members(std::mem::take(&mut run)));
                    runs.push(Run::Spread(spread.len()));
                    spread.push(self.eval(env, expr));
                    shape = shape.beside(self.shape);
                }
            }
        }
        self.shape = shape.within();
        if runs.is_empty() {
            return Value::object(Object { entries: run, ..Object::default() }).written_at(span);
        }
        runs.push(Run::Members(run));
        if !self.pay(functions::cost::of_spread(&spread), span) {
            return self.unknown("an object that was not evaluated").written_at(span);
        }
        let value = lift("object", &spread, &mut |spread| Value::object(joined(&runs, spread)));
        self.shape = Shape::of(&value, self.limits.size);
        value.written_at(span)
    }

    /// The member `name` that is written as `value`; in a resource's body, a property of the resource.
    pub(crate) fn property(&mut self, env: &Env, name: &str, key_span: Span, value: &Expr) -> Entry {
        let span = value.span;
        let mut evaluated = self.eval(env, value);
        if env.body {
            evaluated = self.landed(evaluated, value, name).via(span, StepKind::Attribute, name);
        }
        Entry { key_span: Some(key_span), value: evaluated }
    }

    /// `value`, which `expr` puts into a resource's body: what was made elsewhere as a part of it, such as a variable's object, gets a step for the property
    /// that it becomes.
    pub(crate) fn landed(&mut self, value: Value, expr: &Expr, name: &str) -> Value {
        let written_here = matches!(expr.kind, ExprKind::Object(_) | ExprKind::Array(_) | ExprKind::For { .. });
        if written_here || !matches!(value.kind, Kind::Array(_) | Kind::Object(_) | Kind::Choice(_)) {
            return value;
        }
        let size = Shape::of(&value, self.limits.size).size;
        if !self.charge(size as u64 / 4, expr.span) {
            return value;
        }
        land(value, expr.span, name, 0)
    }

    fn member_name(&mut self, env: &Env, key: &Expr) -> Value {
        match &key.kind {
            ExprKind::Literal(cmklint_graph::Literal::String(name)) => Value::string(Arc::clone(name)),
            _ => {
                let value = self.eval(&env.plain(), key);
                let value = self.deref(value);
                let value = self.spell_out(value);
                functions::string::text_of(value)
            }
        }
    }
}

/// The object of the members in `runs`, with what they refer to among `spread`.
fn joined(runs: &[Run], spread: &[Value]) -> Object {
    use functions::object;
    let (mut out, mut places) = (Object::default(), object::Places::default());
    for run in runs {
        match run {
            Run::Members(members) => {
                for (name, entry) in members {
                    places.set(&mut out, name, entry.clone());
                }
                continue;
            }
            Run::Spread(at) => {
                if let Some(value) = spread.get(*at) {
                    object::spread(&mut out, value);
                }
            }
            Run::Nameless(at, entry) => match spread.get(*at) {
                Some(Value { kind: Kind::String(name), .. }) => {
                    places.set(&mut out, name, entry.clone());
                    continue;
                }
                Some(name) => object::set_nameless(&mut out, name, &entry.value),
                None => {}
            },
        }
        // Members may be gone.
        places = object::Places::default();
    }
    out
}

/// `value` and everything in it, with a last step at `span` where the last one is not inside it already.
fn land(value: Value, span: Span, name: &str, depth: u32) -> Value {
    let is_here = |at: Span| at.file == span.file && at.start >= span.start && at.end <= span.end;
    let Value { kind, trail } = value;
    let kind = match kind {
        _ if depth > MAX_DEPTH => kind,
        Kind::Array(mut array) => {
            let items = &mut Arc::make_mut(&mut array).items;
            for item in items {
                let inner = std::mem::replace(item, Value::null());
                *item = land(inner, span, name, depth + 1);
            }
            Kind::Array(array)
        }
        Kind::Object(mut object) => {
            for (name, entry) in &mut Arc::make_mut(&mut object).entries {
                let inner = std::mem::replace(&mut entry.value, Value::null());
                entry.value = land(inner, span, name, depth + 1);
            }
            Kind::Object(object)
        }
        Kind::Choice(mut choice) => {
            let Choice { then, otherwise, .. } = Arc::make_mut(&mut choice);
            // The choice's own trail belongs to its arms too.
            let is_whole = |arm: &&mut Value| matches!(arm.kind, Kind::Array(_) | Kind::Object(_) | Kind::Choice(_));
            for arm in [then, otherwise].into_iter().filter(is_whole) {
                let inner = std::mem::replace(arm, Value::null());
                *arm = land(inner, span, name, depth + 1);
            }
            Kind::Choice(choice)
        }
        kind => kind,
    };
    let landed = Value { kind, trail };
    match landed.span() {
        Some(at) if is_here(at) => landed,
        _ if depth == 0 || name.is_empty() => landed, // … the step that is being added must be its own
        _ => landed.via(span, StepKind::Attribute, name),
    }
}
