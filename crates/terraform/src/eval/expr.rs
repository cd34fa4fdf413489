//! Expressions. <https://developer.hashicorp.com/terraform/language/expressions>

use std::sync::Arc;

use cmklint_graph::{
    Array, Form, GivenSeen, Kind, Literal, Number, Object, StepKind, Symbol, SymbolOrigin, Value, lift,
};
use cmklint_source::Span;

use super::{Evaluator, FunctionCall, Scope};
use crate::functions::types::{Ty, null_of, plain_null, unify};
use crate::functions::{self, Stop, convert};
use crate::syntax::ast::{Binary, Call, Expr, ExprKind, StepKind as Access};
use crate::values::{self, error, is_error, prune, select, truth};

impl Evaluator<'_> {
    /// The value of `expr` in `scope`. Where it may fail, an arm of it is an error ([`values::is_error`]).
    pub(crate) fn eval(&mut self, expr: &Expr, scope: &Scope) -> Value {
        if !self.enter(expr.span) {
            return self.opaque(expr.span, "an expression");
        }
        let outside = self.seen.take();
        let value = self.eval_kind(expr, scope);
        let value = self.rest(expr, value, outside);
        self.leave();
        value
    }

    /// As [`Evaluator::eval`], of an expression that takes no part in what is evaluated around it.
    pub(crate) fn eval_apart(&mut self, expr: &Expr, scope: &Scope) -> Value {
        let seen = self.seen.take();
        let value = self.eval(expr, scope);
        self.seen = seen;
        value
    }

    /// `value` of `expr` with the places that decided it; those, and the ones seen `outside` of the expression, are what is seen from here on.
    fn rest(&mut self, expr: &Expr, value: Value, outside: GivenSeen) -> Value {
        // Items and members keep their own trails.
        let value = match &expr.kind {
            ExprKind::Array(_) | ExprKind::Object(_) => value,
            _ => value.decided_by(self.seen.steps()),
        };
        self.seen.add(&value.trail);
        self.seen.merge(outside);
        value
    }

    fn eval_kind(&mut self, expr: &Expr, scope: &Scope) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => literal_value(literal).written_at(span),
            ExprKind::Digits(digits) => {
                let value = Value::apply("number", &[Value::string(Arc::clone(digits))], Some(digits));
                if let Kind::Symbol(symbol) = &value.kind {
                    self.set_type(symbol, Ty::Number);
                }
                value.written_at(span)
            }
            ExprKind::Template(pieces) => self.template(pieces, scope, span).written_at(span),
            ExprKind::Invalid(why) => error(span, why),
            ExprKind::Array(items) => {
                let items: Vec<Value> = items.iter().map(|item| prune(&self.eval(item, scope))).collect();
                if let Some(failed) = items.iter().find(|i| is_error(i)) {
                    return failed.clone();
                }
                sequence(items, Form::Structure, None).written_at(span)
            }
            ExprKind::Object(members) => self.object(members, scope).written_at(span),
            ExprKind::Variable(name) => match scope.lookup(name) {
                Some(value) => value.clone(),
                None => self.reference(name, &[], scope, span),
            },
            ExprKind::Conditional(parts) => self.conditional(parts, scope, span),
            ExprKind::Call(call) => self.call(call, scope, span),
            ExprKind::Traversal(base, steps) => {
                if let ExprKind::Variable(name) = &base.kind
                    && scope.lookup(name).is_none()
                {
                    return self.reference(name, steps, scope, span);
                }
                let value = self.eval(base, scope);
                if matches!(base.kind, ExprKind::Array(_) | ExprKind::Object(_)) {
                    // The member that is taken says itself where it comes from.
                    let _ = self.seen.take();
                }
                self.follow(value, steps, scope)
            }
            ExprKind::Not(inner) => {
                let inner = truth(&self.eval(inner, scope));
                values::not(&inner).written_at(span)
            }
            ExprKind::Negate(inner) => {
                let inner = prune(&self.eval(inner, scope));
                negated(&inner, span).written_at(span)
            }
            ExprKind::Binary(op, sides) => {
                let a = self.eval(&sides.0, scope);
                let b = self.eval(&sides.1, scope);
                binary(*op, &a, &b, span).written_at(span)
            }
            ExprKind::For(f) => self.for_expr(f, scope, span).written_at(span),
        }
    }

    /// A choice of two values, converted to the type that both can have.
    /// <https://developer.hashicorp.com/terraform/language/expressions/conditionals>
    fn conditional(&mut self, parts: &(Expr, Expr, Expr), scope: &Scope, span: Span) -> Value {
        let condition = truth(&prune(&self.eval(&parts.0, scope)));
        if is_error(&condition) {
            return condition;
        }
        let chosen = condition.as_bool();
        // The other arm is evaluated too, for its type, and may fail.
        let decides = self.seen.take();
        let then = self.eval_typed(&parts.1, scope);
        let of_then = self.seen.take();
        let otherwise = self.eval_typed(&parts.2, scope);
        let of_otherwise = std::mem::replace(&mut self.seen, decides);
        for (arm, not_taken) in [(of_then, false), (of_otherwise, true)] {
            if chosen != Some(not_taken) {
                self.seen.merge(arm);
            }
        }
        let made = self.common_type(&then, &otherwise).and_then(|ty| {
            let to = |value: &Value| ty.as_ref().map_or_else(|| Ok(value.clone()), |ty| convert::to(value, ty));
            match chosen {
                Some(true) => to(&then),
                Some(false) => to(&otherwise),
                None => Ok(select(&condition, &to(&then)?, &to(&otherwise)?)),
            }
        });
        match made {
            Ok(value) => plain_null(value),
            Err(Stop::Refused(why)) => error(span, why),
            Err(Stop::Unknown) => Value::apply("?:", &[condition, then, otherwise], None),
        }
    }

    /// The value of `expr`; a null variable of a known type is a typed null, which matters beside values of other types.
    fn eval_typed(&mut self, expr: &Expr, scope: &Scope) -> Value {
        let value = prune(&self.eval(expr, scope));
        let name = match &expr.kind {
            ExprKind::Traversal(base, steps) if value.is_null() => match (&base.kind, &steps[..]) {
                (ExprKind::Variable(var), [step]) if &**var == "var" => &step.kind,
                _ => return value,
            },
            _ => return value,
        };
        let (Access::Attribute(name), Some(module)) = (name, self.module(scope.module)) else { return value };
        match module.config.variables.get(name).map(|variable| variable.ty.known()) {
            Some(ty @ (Ty::String | Ty::Number | Ty::Bool)) => Value { kind: null_of(&ty).kind, trail: value.trail },
            _ => value,
        }
    }

    /// The type that both values are converted to. `None` beside null and beside errors: then each is left as it is.
    fn common_type(&self, a: &Value, b: &Value) -> Result<Option<Ty>, Stop> {
        let (ty_a, ty_b) = (self.type_of(a), self.type_of(b));
        if is_error(a) || is_error(b) || ty_a == Ty::Any || ty_b == Ty::Any {
            return Ok(None);
        }
        unify(&[ty_a, ty_b]).map(Some)
    }

    fn object(&mut self, members: &[(Expr, Expr)], scope: &Scope) -> Value {
        let mut object = Object { form: Form::Structure, ..Object::default() };
        let mut unknown = Vec::new();
        for (key, value) in members {
            let key_value = prune(&self.eval(key, scope));
            let mut member = prune(&self.eval(value, scope));
            if let Some(failed) = [&key_value, &member].into_iter().find(|v| is_error(v)) {
                return failed.clone();
            }
            if matches!(key_value.kind, Kind::Null | Kind::Array(_) | Kind::Object(_)) {
                return error(key.span, "a key that is not a string");
            }
            match values::text_of(&key_value) {
                Some(name) => {
                    if scope.properties {
                        member = member.via(value.span, StepKind::Attribute, Arc::clone(&name));
                    }
                    object.insert(name, Some(key.span), member);
                }
                None => unknown.push((key_value, member)),
            }
        }
        if unknown.is_empty() {
            return Value::object(object);
        }
        let known = object.entries.iter().map(|(k, e)| (Value::string(Arc::clone(k)), e.value.clone())).collect();
        self.keyed(known, unknown)
    }

    fn call(&mut self, call: &Call, scope: &Scope, span: Span) -> Value {
        match &*call.name {
            "try" => return self.try_call(call, scope, span),
            "can" => {
                let [arg] = &call.args[..] else { return error(span, "can() of one argument") };
                let value = self.eval(arg, scope);
                if is_condition_that_may_fail(&value) {
                    return truth(&Value::call(&functions::Library, "can", &[value], None));
                }
                return lift("can", &[value], &mut |args| match args {
                    [value] if is_error(value) => Value::bool(false),
                    [value] if may_fail(arg) && matches!(value.kind, Kind::Symbol(_)) => {
                        truth(&Value::call(&functions::Library, "can", args, None))
                    }
                    _ => Value::bool(true),
                });
            }
            _ => {}
        }
        let mut args = self.arguments(call, scope);
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        if call.expand {
            let Some(last) = args.pop() else { return error(span, "nothing to expand") };
            match &last.kind {
                // The order of a set depends on its members.
                Kind::Array(array) if array.rest.is_none() && (array.form != Form::Set || last.is_known()) => {
                    if !self.pay(array.items.len(), array.items.len() * 64, span) {
                        return self.opaque(span, "a call that costs too much");
                    }
                    args.extend(array.items.iter().cloned());
                }
                Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Object(_) => {
                    return error(span, "expanded arguments that are not a list");
                }
                _ => {
                    args.push(last);
                    return Value::apply(&format!("{}...", call.name), &args, None);
                }
            }
        }
        let surroundings = self.surroundings;
        if let Some(made) = surroundings.call(self, &FunctionCall { name: &call.name, args: &args, scope, span }) {
            return made;
        }
        if matches!(&*call.name, "templatefile" | "templatestring") {
            return self.template_call(call, &args, scope, span);
        }
        if let Some(made) = self.collection_call(&call.name, &args, span) {
            return made;
        }
        if let Some(made) = self.lifted_id_call(&call.name, &args, span) {
            return made;
        }
        if matches!(&*call.name, "join" | "format" | "formatlist" | "jsonencode" | "yamlencode" | "replace")
            && let Some(value) = self.too_large(&args, span)
        {
            return value;
        }
        let cost = functions::cost(&call.name, &args, self.options.limits.value_parts);
        if !self.pay(cost.steps, cost.bytes, span) {
            return self.opaque(span, "a call that costs too much");
        }
        let place = self.place(scope, span);
        let value = functions::call(&call.name, &args, &self.site(span, &place));
        if !value.trail.is_empty() {
            return value;
        }
        // The result of a function has the longest trail of its arguments.
        match args.iter().map(|arg| &arg.trail).max_by_key(|trail| trail.len()) {
            Some(trail) if !trail.is_empty() => Value { kind: value.kind, trail: trail.clone() },
            _ => value.written_at(span),
        }
    }

    /// The arguments of `call`. What decides its value are those that the function looks at.
    fn arguments(&mut self, call: &Call, scope: &Scope) -> Vec<Value> {
        let mut args: Vec<Value> = Vec::with_capacity(call.args.len());
        let mut chosen = false;
        for arg in &call.args {
            let seen = self.seen.take();
            let value = match &*call.name {
                "coalesce" => self.eval_typed(arg, scope),
                _ => prune(&self.eval(arg, scope)),
            };
            // What is chosen says itself where it comes from; what is left alone decides nothing.
            let is_left_alone = chosen || chooses(&call.name, args.len(), arg);
            if is_left_alone {
                self.seen = seen;
            } else {
                self.seen.merge(seen);
            }
            chosen |= &*call.name == "coalesce" && matches!(&value.kind, Kind::String(text) if !text.is_empty());
            args.push(value);
        }
        args
    }

    /// The first argument that does not fail.
    fn try_call(&mut self, call: &Call, scope: &Scope, span: Span) -> Value {
        let mut args = Vec::new();
        for arg in &call.args {
            let value = self.eval(arg, scope);
            let is_open = uncertain(&value) || is_condition_that_may_fail(&value);
            let done = !(has_error(&value) || may_fail(arg) && is_open);
            args.push((value, may_fail(arg)));
            if done {
                break;
            }
        }
        let mut result = error(span, "no argument of try() succeeds");
        for (value, fails) in args.into_iter().rev() {
            if fails && is_condition_that_may_fail(&value) && is_condition(&result) {
                result = truth(&Value::call(&functions::Library, "try", &[value, result], None));
                continue;
            }
            result = lift("try", &[value, result], &mut |pair| match pair {
                [value, rest] if is_error(value) => rest.clone(),
                [value, _] if fails && uncertain(value) => Value::call(&functions::Library, "try", pair, None),
                [value, _] => value.clone(),
                _ => Value::null(),
            });
        }
        result
    }
}

/// Whether the argument at `at` of the function `name` is a list or an object as written, of which the function takes one member.
fn chooses(name: &str, at: usize, arg: &Expr) -> bool {
    at == 0 && matches!(name, "element" | "lookup") && matches!(arg.kind, ExprKind::Array(_) | ExprKind::Object(_))
}

/// Whether evaluating `expr` may fail in a way that the value doesn't show: it reads from a value of unknown shape.
fn may_fail(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Traversal(base, steps) => {
            let plain = match &base.kind {
                ExprKind::Variable(name) => {
                    matches!(&**name, "var" | "local" | "each" | "path" | "terraform" | "count")
                }
                _ => false,
            };
            !(plain && steps.len() <= 1 && steps.iter().all(|s| matches!(s.kind, Access::Attribute(_))))
        }
        ExprKind::Literal(_) | ExprKind::Digits(_) | ExprKind::Variable(_) => false,
        ExprKind::Array(items) => items.iter().any(may_fail),
        ExprKind::Object(members) => members.iter().any(|(k, v)| may_fail(k) || may_fail(v)),
        _ => true,
    }
}

/// Whether it is not known that `value` could be evaluated.
/// Whether `value` is true or false, by conditions.
fn is_condition(value: &Value) -> bool {
    match &value.kind {
        Kind::Bool(_) => true,
        Kind::Choice(choice) => is_condition(&choice.then) && is_condition(&choice.otherwise),
        _ => false,
    }
}

/// Whether `value` is a condition that may have no value: it converts a text, looks for a pattern, or takes a member.
fn is_condition_that_may_fail(value: &Value) -> bool {
    let Kind::Choice(choice) = &value.kind else { return false };
    is_condition(value)
        && (call_may_fail(&choice.atom.symbol)
            || is_condition_that_may_fail(&choice.then)
            || is_condition_that_may_fail(&choice.otherwise))
}

/// Whether a call within `symbol` may have no value.
fn call_may_fail(symbol: &Symbol) -> bool {
    let SymbolOrigin::Call(call) = symbol.origin() else { return false };
    let inner = |arg: &Value| matches!(&arg.kind, Kind::Symbol(symbol) if call_may_fail(symbol));
    matches!(call.function(), "tonumber" | "tobool" | "parseint" | "regex" | "index" | "element" | "one")
        || call.function().starts_with(functions::ATTRIBUTE)
        || call.args().iter().any(inner)
}

fn uncertain(value: &Value) -> bool {
    match &value.kind {
        Kind::Symbol(_) => true,
        Kind::Choice(choice) => uncertain(&choice.then) || uncertain(&choice.otherwise),
        _ => false,
    }
}

fn has_error(value: &Value) -> bool {
    match &value.kind {
        Kind::Choice(choice) => has_error(&choice.then) || has_error(&choice.otherwise),
        _ => is_error(value),
    }
}

pub(super) fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::null(),
        Literal::Bool(value) => Value::bool(*value),
        Literal::Number(number) => Value::new(Kind::Number(*number)),
        Literal::String(text) => Value::string(Arc::clone(text)),
    }
}

fn binary(op: Binary, a: &Value, b: &Value, span: Span) -> Value {
    match op {
        Binary::Equal => values::equal(a, b),
        Binary::NotEqual => values::not(&values::equal(a, b)),
        Binary::And => values::and(&truth(a), &truth(b)),
        Binary::Or => values::or(&truth(a), &truth(b)),
        Binary::Less => order("<", a, b, span),
        Binary::Greater => order("<", b, a, span),
        Binary::LessEqual => values::not(&order("<", b, a, span)),
        Binary::GreaterEqual => values::not(&order("<", a, b, span)),
        Binary::Add => arithmetic("+", &[a.clone(), b.clone()], span),
        Binary::Subtract => arithmetic("-", &[a.clone(), b.clone()], span),
        Binary::Multiply => arithmetic("*", &[a.clone(), b.clone()], span),
        Binary::Divide => arithmetic("/", &[a.clone(), b.clone()], span),
        Binary::Modulo => arithmetic("%", &[a.clone(), b.clone()], span),
    }
}

/// `value` as a number, `None` where that is not known.
fn number(value: &Value, span: Span) -> Result<Option<Number>, Value> {
    if is_error(value) {
        return Err(value.clone());
    }
    if let Some(number) = values::scalar_of(value).and_then(Value::as_number) {
        return Ok(Some(number));
    }
    if Evaluator::is_unknown(value) {
        return Ok(None);
    }
    match convert::to(value, &Ty::Number) {
        Ok(number) if !number.is_null() => Ok(number.as_number()),
        Err(Stop::Unknown) => Ok(None),
        _ => Err(error(span, "not a number")),
    }
}

/// Whether `a < b`, as a condition.
pub(super) fn order(op: &str, a: &Value, b: &Value, span: Span) -> Value {
    lift(op, &[a.clone(), b.clone()], &mut |args| {
        let [a, b] = args else { return Value::null() };
        match (number(a, span), number(b, span)) {
            (Err(failed), _) | (_, Err(failed)) => failed,
            (Ok(Some(a)), Ok(Some(b))) => Value::bool(a < b),
            _ => {
                let label = format!("{} {op} {}", a.describe(), b.describe());
                truth(&Value::call(&functions::Library, op, args, Some(&label)))
            }
        }
    })
}

fn arithmetic(op: &str, args: &[Value], span: Span) -> Value {
    lift(op, args, &mut |args| {
        let [a, b] = args else { return Value::null() };
        match (number(a, span), number(b, span)) {
            (Err(failed), _) | (_, Err(failed)) => failed,
            (Ok(Some(a)), Ok(Some(b))) => match functions::compute(op, a, b) {
                Ok(made) => Value::new(Kind::Number(made)),
                Err(Stop::Refused(why)) => error(span, why),
                Err(Stop::Unknown) => Value::call(&functions::Library, op, args, None),
            },
            _ => Value::call(&functions::Library, op, args, None),
        }
    })
}

fn negated(value: &Value, span: Span) -> Value {
    lift("-", std::slice::from_ref(value), &mut |args| {
        let [only] = args else { return Value::null() };
        match number(only, span) {
            Err(failed) => failed,
            // Terraform distinguishes minus zero.
            Ok(Some(number)) if number.as_f64() != 0.0 => match number {
                Number::Int(int) => {
                    int.checked_neg().map_or_else(|| Value::call(&functions::Library, "-", args, None), Value::int)
                }
                Number::Float(float) => {
                    Number::from_f64(-float).map_or_else(Value::null, |n| Value::new(Kind::Number(n)))
                }
            },
            _ => Value::call(&functions::Library, "-", args, None),
        }
    })
}

/// A list of this form whose further items are `rest`.
pub(super) fn sequence(items: Vec<Value>, form: Form, rest: Option<cmklint_graph::Symbol>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, form, rest })))
}

/// A list whose further items are `rest`.
pub(super) fn list(items: Vec<Value>, rest: Option<cmklint_graph::Symbol>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, rest, ..Array::default() })))
}
