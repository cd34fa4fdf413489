//! Expressions.

use std::sync::Arc;

use cmklint_graph::{Atom, GivenSeen, Kind, Literal, Number, Symbol, Value, concat, lift};
use cmklint_source::{Diagnostic, Span};

use super::Evaluator;
use super::frame::Env;
use super::loops::stand_in;
use super::shape::Shape;
use crate::functions::cost::{self, Cost};
use crate::functions::{self, Library, logical};
use crate::ir::{Expr, ExprKind};

/// An index or a name that is one of at most this many is looked up for each of them.
const MAX_NAMES: usize = 8;
/// Properties that the code states of every resource, deployed or not.
const STATED: [&str; 4] = ["id", "name", "type", "apiVersion"];

impl Evaluator<'_> {
    /// The value of `expr` in `env`; its shape is left in `self.shape`.
    pub(crate) fn eval(&mut self, env: &Env, expr: &Expr) -> Value {
        if !self.pay(cost_of(expr), expr.span) {
            self.shape = Shape::SCALAR;
            return self.unknown("a value that was not evaluated").written_at(expr.span);
        }
        if self.depth >= self.limits.depth {
            self.shape = Shape::SCALAR;
            if !self.reported.contains(&("too-deep", Some(expr.span))) {
                let message = format!("expressions are nested more than {} deep", self.limits.depth);
                self.tell(Diagnostic::warning("too-deep", message, expr.span));
            }
            return self.unknown("a value that was not evaluated").written_at(expr.span);
        }
        self.depth += 1;
        let outside = self.seen.take();
        let value = self.eval_kind(env, expr);
        let value = self.rest(expr, value, outside);
        self.depth -= 1;
        self.settle(env, value, expr.span)
    }

    /// `value` of `expr` with the places that decided it; those, and the ones seen `outside` of the expression, are what is seen from here on.
    fn rest(&mut self, expr: &Expr, value: Value, outside: GivenSeen) -> Value {
        let value = match &expr.kind {
            // Items and members keep their own trails.
            _ if writes_collection(expr) => value,
            ExprKind::Call { .. }
            | ExprKind::UserCall { .. }
            | ExprKind::Index { .. }
            | ExprKind::Interpolation(_)
            | ExprKind::For { .. } => value.decided_by(self.seen.steps()),
            // What it reads may have been evaluated just now, or earlier: only the value's own trail counts.
            _ => {
                let _ = self.seen.take();
                value
            }
        };
        self.seen.add(&value.trail);
        self.seen.merge(outside);
        value
    }

    /// Keeps the value within the limits.
    fn settle(&mut self, env: &Env, value: Value, span: Span) -> Value {
        match &value.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Ref(_) | Kind::Symbol(_) => {
                self.shape = Shape::SCALAR;
                return value;
            }
            Kind::String(text) => {
                self.shape = Shape { depth: 0, size: 1 + text.len() / 32 };
                if text.len() <= functions::MAX_TEXT {
                    return value;
                }
            }
            _ => {
                if !self.shape.exceeds(self.limits.size) {
                    return value;
                }
                self.shape = Shape::of(&value, self.limits.size);
                self.charge(self.shape.size as u64 / 8, span);
                if !self.shape.exceeds(self.limits.size) {
                    return value;
                }
            }
        }
        self.shape = Shape::SCALAR;
        self.tell(Diagnostic::warning("too-large", "the value is too large or too deep to evaluate", span));
        self.symbol_at(env, span, "large", "a value too large to evaluate")
    }

    fn eval_kind(&mut self, env: &Env, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Literal(literal) => functions::of_literal(literal).written_at(expr.span),
            ExprKind::Interpolation(parts) => self.interpolation(env, parts, expr.span),
            ExprKind::Array(items) => self.array(env, items, expr.span),
            ExprKind::Object(members) => self.object(env, members, expr.span),
            ExprKind::Parameter(name) => self.parameter(env, name, expr.span),
            ExprKind::Variable(name) => self.variable(env, name, expr.span),
            ExprKind::Local(name) => match env.local(name) {
                Some(local) => {
                    self.shape = local.shape;
                    local.value.clone()
                }
                None => self.symbol_at(env, expr.span, "local", name),
            },
            ExprKind::Resource(name) => self.resource(env, name, None, expr.span),
            ExprKind::Member { of, name, safe } => {
                let env = env.plain();
                let value = self.eval(&env, of);
                // What decided which object it is, decided its member too.
                let member = self.member(&value, name).decided_by(value.trail.decisions());
                if *safe && !STATED.iter().any(|stated| name.eq_ignore_ascii_case(stated)) {
                    return self.if_deployed(&env, of, member);
                }
                member
            }
            ExprKind::Index { of, index, safe, from_end } => {
                let lookup = match (from_end, safe) {
                    (true, _) => Lookup::FromEnd,
                    (false, true) => Lookup::Safe,
                    (false, false) => Lookup::Plain,
                };
                self.index(env, of, index, lookup, expr.span)
            }
            ExprKind::Call { function, args } => self.call(env, function, args, expr.span),
            ExprKind::UserCall { function, args } => self.user_call(env, function, args, expr.span),
            ExprKind::Lambda { .. } => self.symbol_at(env, expr.span, "lambda", "a function"),
            ExprKind::For { repeat, condition, body } => self.for_each(env, repeat, condition.as_deref(), body),
            ExprKind::Unknown(what) => {
                let label = if what.is_empty() { "a value that is not known" } else { what };
                self.symbol_at(env, expr.span, "unknown", label)
            }
        }
    }

    fn interpolation(&mut self, env: &Env, parts: &[Expr], span: Span) -> Value {
        let env = env.plain();
        let mut values = Vec::with_capacity(parts.len());
        let mut size = 0usize;
        for part in parts {
            let value = self.eval(&env, part);
            let value = self.deref(value);
            let value = functions::string::text_of(value);
            size = size.saturating_add(functions::string::size_of(&value));
            if size > functions::MAX_TEXT {
                return self.symbol_at(&env, span, "large", "a text too long to evaluate");
            }
            values.push(value);
        }
        let cost = Cost { steps: size as u64 / 32, bytes: size as u64 };
        if !self.pay(cost, span) {
            return self.unknown("a value that was not evaluated").written_at(span);
        }
        self.shape = Shape { depth: 1, size: 1 + parts.len() + size / 32 };
        let mut text = if let [only] = &values[..] {
            functions::string::joined(std::slice::from_ref(only))
        } else {
            concat(&values)
        };
        if matches!(text.kind, Kind::Choice(_)) {
            self.shape = Shape::of(&text, self.limits.size);
        }
        if text.trail.is_empty() {
            text = text.written_at(span);
        }
        text
    }

    /// `value`, read by `.?` from the resource or module `of`, where that is deployed; else null.
    fn if_deployed(&mut self, env: &Env, of: &Expr, value: Value) -> Value {
        let condition = match &of.kind {
            ExprKind::Resource(name) => self.condition_of(env, name, None),
            ExprKind::Index { of, index, from_end: false, .. } => match &of.kind {
                ExprKind::Resource(name) => {
                    let index = self.eval(env, index);
                    self.condition_of(env, name, Some(&index))
                }
                _ => None,
            },
            _ => None,
        };
        let Some(condition) = condition else { return value };
        let value = logical::select(&condition, &value, &Value::null());
        self.shape = Shape::of(&value, self.limits.size);
        value
    }

    /// The member `name` of `of`.
    pub(crate) fn member(&mut self, of: &Value, name: &str) -> Value {
        match &of.kind {
            Kind::Ref(r) if r.path.is_empty() => self.attribute(r.node, name, of),
            Kind::Choice(_) => {
                let shape = self.shape;
                let value = lift("member", std::slice::from_ref(of), &mut |args| match args {
                    [arm] => self.member(arm, name),
                    _ => Value::null(),
                });
                self.shape = shape.beside(Shape::of(&value, 64));
                value
            }
            Kind::Object(object) if object.entries.len() > MAX_NAMES && !object.entries.contains_key(name) => {
                // Each name is compared, whatever its case.
                if let Some(span) = of.span() {
                    self.charge(object.entries.len() as u64 / 16, span);
                }
                of.member(name)
            }
            _ => of.member(name),
        }
    }

    fn index(&mut self, env: &Env, of: &Expr, index: &Expr, lookup: Lookup, span: Span) -> Value {
        let env = env.plain();
        if let ExprKind::Resource(name) = &of.kind
            && self.is_repeated(&env, name)
        {
            let index = self.eval(&env, index);
            return lift("instance", std::slice::from_ref(&index), &mut |args| match args {
                [index] => self.resource(&env, name, Some(index), span),
                _ => Value::null(),
            });
        }
        let is_written_here = writes_collection(of);
        let of = self.eval(&env, of);
        if is_written_here {
            // The member that is taken says itself where it comes from.
            let _ = self.seen.take();
        }
        let shape = self.shape;
        let at = self.eval(&env, index);
        let at = self.deref(at);
        let at = self.spell_out(at);
        let of = if lookup == Lookup::FromEnd { self.look_at_items(of) } else { of };
        self.tell_of_large_table(&of, &at, span);
        let value = lift("index", &[of, at], &mut |args| match args {
            [of, at] => self.index_in(of, at, lookup),
            _ => Value::null(),
        });
        self.shape = shape;
        if matches!(value.kind, Kind::Choice(_)) {
            self.shape = Shape::of(&value, self.limits.size);
        }
        value
    }

    /// Tells, where what is `at` in the table `of` isn't known, that the table has too many members to look at each.
    fn tell_of_large_table(&mut self, of: &Value, at: &Value, span: Span) {
        let members = of.as_object().map_or(0, |object| object.entries.len());
        let is_one_of_few = |symbol: &Symbol| symbol.allowed().is_some_and(|allowed| allowed.len() <= MAX_NAMES * 2);
        if matches!(&at.kind, Kind::Symbol(symbol) if members > MAX_NAMES && !is_one_of_few(symbol)) {
            let message = format!(
                "which of these {members} members is meant is not known; where there are more than {MAX_NAMES}, what is read counts as unknown"
            );
            self.tell(Diagnostic::note("large-table", message, span));
        }
    }

    /// What is at `path` in `of`, a name or an index at each step, as `of[…][…]` has it.
    pub(crate) fn index_by(&mut self, of: &Value, path: &[Value]) -> Value {
        path.iter().fold(of.clone(), |of, at| {
            let at = self.deref(at.clone());
            let at = self.spell_out(at);
            lift("index", &[of, at], &mut |args| match args {
                [of, at] => self.index_in(of, at, Lookup::Safe),
                _ => Value::null(),
            })
        })
    }

    pub(crate) fn index_in(&mut self, of: &Value, at: &Value, lookup: Lookup) -> Value {
        match &at.kind {
            Kind::String(name) => self.member(of, name),
            Kind::Number(Number::Int(at)) if lookup == Lookup::FromEnd => match &of.kind {
                Kind::Array(array) if array.rest.is_none() => usize::try_from(*at)
                    .ok()
                    .and_then(|at| array.items.len().checked_sub(at))
                    .and_then(|at| array.items.get(at).cloned())
                    .unwrap_or_else(Value::null),
                _ => Value::call(&Library, "fromEnd", &[of.clone(), Value::int(*at)], None),
            },
            Kind::Number(Number::Int(at)) => usize::try_from(*at).map_or_else(|_| Value::null(), |at| of.item(at)),
            Kind::Null => Value::null(),
            Kind::Symbol(symbol) if lookup != Lookup::FromEnd => {
                if let Some(item) = stand_in(of, symbol) {
                    return item;
                }
                let looked_up = Value::call(&Library, lookup.function(), &[of.clone(), at.clone()], None);
                let Some(object) = of.as_object() else { return looked_up };
                // One of several names: the value for each of them.
                if let Some(allowed) = symbol.allowed().filter(|a| a.len() <= MAX_NAMES * 2 && !a.is_empty()) {
                    let (last, first) = match allowed.split_last() {
                        Some(split) => split,
                        None => return looked_up,
                    };
                    let pick = |literal: &Literal| match literal {
                        Literal::String(name) => of.member(name),
                        _ => Value::null(),
                    };
                    return first.iter().rev().fold(pick(last), |otherwise, literal| {
                        Value::choice(Atom::equals(symbol.clone(), literal.clone()), pick(literal), otherwise)
                    });
                }
                if object.entries.len() > MAX_NAMES {
                    return looked_up;
                }
                object.entries.iter().rev().fold(looked_up, |otherwise, (name, entry)| {
                    let literal = Literal::String(Arc::clone(name));
                    Value::choice(Atom::equals(symbol.clone(), literal), entry.value.clone(), otherwise)
                })
            }
            _ => Value::call(&Library, lookup.function(), &[of.clone(), at.clone()], None),
        }
    }

    fn user_call(&mut self, env: &Env, function: &Arc<str>, args: &[Expr], span: Span) -> Value {
        let id = self.scope_of(env.frame);
        let Some(template) = self.frame(id).map(|f| Arc::clone(&f.template)) else { return Value::null() };
        let declared = template.function(function).or_else(|| {
            template
                .layers()
                .flat_map(|layer| &layer.functions)
                .find(|(name, _)| name.eq_ignore_ascii_case(function))
                .map(|(_, f)| f)
        });
        let plain = env.plain();
        let Some(declared) = declared else {
            let args: Vec<Value> = args.iter().map(|arg| self.eval(&plain, arg)).collect();
            return Value::apply(function, &args, None).written_at(span);
        };
        let home = match &declared.home {
            Some(home) => self.home(env, home),
            None => id,
        };
        let mut inner = Env { frame: home, locals: None, body: false };
        for (at, name) in declared.parameters.iter().enumerate() {
            let (value, shape) = match args.get(at) {
                Some(arg) => (self.eval(&plain, arg), self.shape),
                None => (Value::null(), Shape::SCALAR),
            };
            inner = inner.bind(Some(name), value, shape);
        }
        // What the body makes of a parameter says where that came from; what it leaves alone decides nothing.
        let _ = self.seen.take();
        self.eval(&inner, &declared.body)
    }
}

/// The cost of evaluating `expr` without the expressions in it: lists and objects are built as they are written.
fn cost_of(expr: &Expr) -> Cost {
    let bytes = match &expr.kind {
        ExprKind::Array(items) => items.len() as u64 * cost::ITEM,
        ExprKind::Object(members) => members.len() as u64 * cost::MEMBER,
        _ => 0,
    };
    Cost { steps: 1, bytes }
}

/// How an index expression reads from a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// `of[at]`, which fails where there is no such item.
    Plain,
    /// `of[?at]`, null where there is no such item.
    Safe,
    /// `of[^at]`, counted from the end.
    FromEnd,
}

impl Lookup {
    /// The name of the function that represents an index expression that can't be evaluated.
    fn function(self) -> &'static str {
        match self {
            Self::Plain => "index",
            Self::Safe => "tryget",
            Self::FromEnd => "fromEnd",
        }
    }
}

/// Whether `expr` puts items or members, as they are, into a list or an object: `[…]` and `{…}`, for which JSON templates write `createArray` and `createObject`.
fn writes_collection(expr: &Expr) -> bool {
    let makes = |function: &str| ["createArray", "createObject"].iter().any(|name| name.eq_ignore_ascii_case(function));
    match &expr.kind {
        ExprKind::Array(_) | ExprKind::Object(_) => true,
        ExprKind::Call { function, .. } => makes(function),
        _ => false,
    }
}
