//! Expressions. <https://developer.hashicorp.com/terraform/language/expressions>

use std::sync::Arc;

use cmklint_graph::{Array, Kind, Literal, Number, Object, StepKind, Value, lift};
use cmklint_source::Span;

use super::{Evaluator, Scope};
use crate::functions;
use crate::syntax::ast::{Binary, Call, Expr, ExprKind, StepKind as Access};
use crate::values::{self, error, is_error, prune, select, truth};

impl Evaluator<'_> {
    /// The value of `expr` in `scope`. Where it may fail, an arm of it is an error ([`values::is_error`]).
    pub(crate) fn eval(&mut self, expr: &Expr, scope: &Scope) -> Value {
        if !self.enter(expr.span) {
            return self.opaque(expr.span, "an expression");
        }
        let value = self.eval_kind(expr, scope);
        self.leave();
        value
    }

    fn eval_kind(&mut self, expr: &Expr, scope: &Scope) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => literal_value(literal).written_at(span),
            ExprKind::Template(pieces) => self.template(pieces, scope, span).written_at(span),
            ExprKind::Array(items) => {
                let items = items.iter().map(|item| prune(&self.eval(item, scope))).collect();
                Value::array(items).written_at(span)
            }
            ExprKind::Object(members) => self.object(members, scope).written_at(span),
            ExprKind::Variable(name) => match scope.lookup(name) {
                Some(value) => value.clone(),
                None => self.reference(name, &[], scope, span),
            },
            ExprKind::Conditional(parts) => {
                let (condition, then, otherwise) = &**parts;
                let condition = truth(&prune(&self.eval(condition, scope)));
                match condition.as_bool() {
                    Some(true) => self.eval(then, scope),
                    Some(false) => self.eval(otherwise, scope),
                    None if is_error(&condition) => condition,
                    None => {
                        let then = self.eval(then, scope);
                        let otherwise = self.eval(otherwise, scope);
                        select(&condition, &then, &otherwise)
                    }
                }
            }
            ExprKind::Call(call) => self.call(call, scope, span),
            ExprKind::Traversal(base, steps) => {
                if let ExprKind::Variable(name) = &base.kind
                    && scope.lookup(name).is_none()
                {
                    return self.reference(name, steps, scope, span);
                }
                let value = self.eval(base, scope);
                self.follow(value, steps, scope)
            }
            ExprKind::Not(inner) => {
                let inner = truth(&self.eval(inner, scope));
                values::not(&inner).written_at(span)
            }
            ExprKind::Negate(inner) => {
                let inner = self.eval(inner, scope);
                arithmetic("-", &[Value::int(0), inner], span).written_at(span)
            }
            ExprKind::Binary(op, sides) => {
                let a = self.eval(&sides.0, scope);
                let b = self.eval(&sides.1, scope);
                binary(*op, &a, &b, span).written_at(span)
            }
            ExprKind::For(f) => self.for_expr(f, scope, span).written_at(span),
        }
    }

    fn object(&mut self, members: &[(Expr, Expr)], scope: &Scope) -> Value {
        let mut object = Object::default();
        let mut unknown = Vec::new();
        for (key, value) in members {
            let key_value = prune(&self.eval(key, scope));
            let mut member = prune(&self.eval(value, scope));
            match values::text_of(&key_value) {
                Some(name) => {
                    if self.properties {
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
                let Some(arg) = call.args.first() else { return error(span, "can() of nothing") };
                let value = self.eval(arg, scope);
                return lift("can", &[value], &mut |args| match args {
                    [value] if is_error(value) => Value::bool(false),
                    [value] if may_fail(arg) && matches!(value.kind, Kind::Symbol(_)) => {
                        truth(&Value::apply("can", args, None))
                    }
                    _ => Value::bool(true),
                });
            }
            _ => {}
        }
        let mut args: Vec<Value> = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            args.push(prune(&self.eval(arg, scope)));
        }
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        if call.expand {
            let Some(last) = args.pop() else { return error(span, "nothing to expand") };
            match &last.kind {
                Kind::Array(array) if array.rest.is_none() => args.extend(array.items.iter().cloned()),
                _ => {
                    args.push(last);
                    return Value::apply(&format!("{}...", call.name), &args, None);
                }
            }
        }
        if let Some(made) = self.collection_call(&call.name, &args, span) {
            return made;
        }
        if matches!(&*call.name, "join" | "format" | "formatlist" | "jsonencode" | "yamlencode" | "replace")
            && let Some(value) = self.too_large(&args, span)
        {
            return value;
        }
        self.spend(functions::cost(&args));
        let place = self.place(scope, span);
        functions::call(&call.name, &args, &functions::Site { span, place: &place }).written_at(span)
    }

    /// The first argument that does not fail.
    fn try_call(&mut self, call: &Call, scope: &Scope, span: Span) -> Value {
        let mut args = Vec::new();
        for arg in &call.args {
            let value = self.eval(arg, scope);
            let done = !(has_error(&value) || may_fail(arg) && uncertain(&value));
            args.push((value, may_fail(arg)));
            if done {
                break;
            }
        }
        let mut result = error(span, "no argument of try() succeeds");
        for (value, fails) in args.into_iter().rev() {
            result = lift("try", &[value, result], &mut |pair| match pair {
                [value, rest] if is_error(value) => rest.clone(),
                [value, _] if fails && uncertain(value) => Value::apply("try", pair, None),
                [value, _] => value.clone(),
                _ => Value::null(),
            });
        }
        result
    }
}

/// Whether evaluating `expr` may fail for a reason that isn't seen here: it reaches into a value of unknown shape.
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
        ExprKind::Literal(_) | ExprKind::Variable(_) => false,
        ExprKind::Array(items) => items.iter().any(may_fail),
        ExprKind::Object(members) => members.iter().any(|(k, v)| may_fail(k) || may_fail(v)),
        _ => true,
    }
}

/// Whether it is not known that `value` could be evaluated.
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

/// Whether `a < b`, as a condition.
pub(super) fn order(op: &str, a: &Value, b: &Value, span: Span) -> Value {
    lift(op, &[a.clone(), b.clone()], &mut |args| {
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        let [a, b] = args else { return Value::null() };
        match (values::number_of(a), values::number_of(b)) {
            (Some(a), Some(b)) => Value::bool(a < b),
            _ if Evaluator::is_unknown(a) || Evaluator::is_unknown(b) => {
                let label = format!("{} {op} {}", a.describe(), b.describe());
                truth(&Value::apply(op, args, Some(&label)))
            }
            _ => error(span, "a comparison of what is no number"),
        }
    })
}

fn arithmetic(op: &str, args: &[Value], span: Span) -> Value {
    lift(op, args, &mut |args| {
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        let numbers: Vec<Number> = args.iter().filter_map(values::number_of).collect();
        let [a, b] = numbers[..] else {
            return if args.iter().any(Evaluator::is_unknown) {
                Value::apply(op, args, None)
            } else {
                error(span, "arithmetic on what is no number")
            };
        };
        match compute(op, a, b) {
            Some(number) => Value::new(Kind::Number(number)),
            None => error(span, "arithmetic without a result"),
        }
    })
}

fn compute(op: &str, a: Number, b: Number) -> Option<Number> {
    if let (Number::Int(a), Number::Int(b)) = (a, b) {
        let exact = match op {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            "*" => a.checked_mul(b),
            "%" => a.checked_rem(b),
            _ => (a.checked_rem(b) == Some(0)).then(|| a.checked_div(b)).flatten(),
        };
        if let Some(int) = exact {
            return Some(Number::Int(int));
        }
    }
    let (a, b) = (a.as_f64(), b.as_f64());
    Number::from_f64(match op {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "%" => a % b,
        _ => a / b,
    })
}

/// A list whose further items stand behind `rest`.
pub(super) fn list(items: Vec<Value>, rest: Option<cmklint_graph::Symbol>) -> Value {
    Value::new(Kind::Array(Arc::new(Array { items, rest, ..Array::default() })))
}
