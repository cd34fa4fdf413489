//! Parameters and variables, evaluated when they are first asked for.

use std::sync::Arc;

use cmklint_graph::{Entry, Kind, Literal, Object, StepKind, Symbol, Value, lift, with_switch, without_placeholders};
use cmklint_source::{Diagnostic, Span};
use indexmap::IndexMap;

use super::Evaluator;
use super::frame::{Env, FrameId, Given, Memo};
use super::scope::argument;
use super::shape::Shape;
use crate::functions;
use crate::functions::cost::Cost;
use crate::ir::{Bounds, Contents, Parameter, ParameterType, ValueType};

/// What a member of a typed parameter takes, about.
const MEMBER_BYTES: usize = 1024;

impl Evaluator<'_> {
    /// The value of the parameter `name` as seen from `env`, used at `span`.
    pub(crate) fn parameter(&mut self, env: &Env, name: &Arc<str>, span: Span) -> Value {
        let id = self.scope_of(env.frame);
        let Some(frame) = self.frame(id) else { return Value::null() };
        match frame.parameters.get(name) {
            Some(Memo::Done((value, shape))) => {
                let (value, shape) = (value.clone(), *shape);
                self.shape = shape;
                return value;
            }
            Some(Memo::Busy) => return self.cycle("parameter", name, span),
            None => {}
        }
        if let Some(frame) = self.frame_mut(id) {
            frame.parameters.insert(Arc::clone(name), Memo::Busy);
        }
        let value = self.make_parameter(id, name, span);
        let shape = self.shape;
        if let Some(frame) = self.frame_mut(id) {
            frame.parameters.insert(Arc::clone(name), Memo::Done((value.clone(), shape)));
        }
        value
    }

    fn make_parameter(&mut self, id: FrameId, name: &Arc<str>, span: Span) -> Value {
        let Some(frame) = self.frame(id) else { return Value::null() };
        let template = Arc::clone(&frame.template);
        let declared = template.parameters.get(name);
        if let Some(assignments) = frame.assignments.clone()
            && let Some(expr) = assignments.get(name)
        {
            let env = self.base(id);
            return self.eval(&env, expr);
        }
        if let Some(given) = frame.arguments.get(&name.to_lowercase()).cloned() {
            let given = self.value_of(given);
            let shape = Shape::of(&given, self.limits.size);
            if shape.exceeds(self.limits.size) {
                self.shape = Shape::SCALAR;
                return self.unknown(&format!("parameter {name}"));
            }
            // A null argument means the default, where there is one.
            return match declared.filter(|p| p.default.is_some()) {
                Some(parameter) if may_be_null(&given) => {
                    let default = self.default(id, name, parameter, span);
                    self.shape = self.shape.beside(shape).within();
                    lift("parameter", std::slice::from_ref(&given), &mut |args| match args {
                        [value] if !value.is_null() => without_placeholders(value),
                        _ => default.clone(),
                    })
                }
                _ => {
                    self.shape = shape;
                    without_placeholders(&given)
                }
            };
        }
        match declared {
            Some(parameter) => self.default(id, name, parameter, span),
            None => self.parameter_symbol(id, name, None),
        }
    }

    /// The value that is given, which is evaluated where it is written.
    pub(super) fn value_of(&mut self, given: Given) -> Value {
        match given {
            Given::Value(value) => value,
            Given::Later(later) => match later.written() {
                Some((name, expr)) => argument(self.eval(&later.env, expr), expr.span, name),
                None => Value::null(),
            },
        }
    }

    /// The parameter's value where nothing is given.
    fn default(&mut self, id: FrameId, name: &Arc<str>, parameter: &Parameter, _used: Span) -> Value {
        self.shape = Shape::SCALAR;
        if let Some(default) = &parameter.default {
            let env = self.base(id);
            let value = without_placeholders(&self.eval(&env, default));
            let value = value.all_via(parameter.span, StepKind::Default, Arc::clone(name));
            return if self.explores { self.switched(id, name, parameter, value) } else { value };
        }
        if parameter.nullable {
            let value = Value::null().via(parameter.span, StepKind::Default, Arc::clone(name));
            return if self.explores { self.switched(id, name, parameter, value) } else { value };
        }
        self.parameter_symbol(id, name, Some(parameter))
    }

    /// `default`, the value of the `parameter`, or a choice with its other values where it is one of the root's and has few.
    fn switched(&self, id: FrameId, name: &str, parameter: &Parameter, default: Value) -> Value {
        let Some(frame) = self.frame(id).filter(|frame| frame.parent.is_none() && frame.outer.is_none()) else {
            return default;
        };
        let symbol = Symbol::new(format!("{}:switch:{name}", frame.key), name);
        let place = |other: Value| other.via(parameter.span, StepKind::Outside, format!("{name} by --explore"));
        let flags = [Literal::Bool(true), Literal::Bool(false)];
        let allowed = parameter.allowed.as_deref();
        let allowed = allowed.or((parameter.kind == ParameterType::Bool).then_some(&flags[..]));
        with_switch(&symbol, default, allowed, &place)
    }

    fn parameter_symbol(&mut self, id: FrameId, name: &str, parameter: Option<&Parameter>) -> Value {
        self.shape = Shape::SCALAR;
        let Some(frame) = self.frame(id) else { return Value::null() };
        let mut symbol = Symbol::new(format!("{}:param:{name}", frame.key), format!("parameter {name}"));
        let Some(parameter) = parameter else { return Value::symbol(symbol) };
        symbol = self.of_type(symbol, parameter.kind, parameter.nullable, parameter.allowed.as_deref());
        if !parameter.nullable {
            symbol = required(symbol, parameter.bounds);
        }
        self.with_contents(symbol, &parameter.contents, parameter.span)
    }

    /// The unknown `symbol` with what its declared type says of it.
    fn of_type(
        &mut self,
        mut symbol: Symbol,
        kind: ParameterType,
        nullable: bool,
        allowed: Option<&[Literal]>,
    ) -> Symbol {
        if let Some(allowed) = allowed {
            symbol = symbol.with_allowed(allowed.iter().cloned());
        } else if kind == ParameterType::Bool && !nullable {
            symbol = symbol.with_allowed([Literal::Bool(true), Literal::Bool(false)]);
        }
        if !nullable && kind != ParameterType::Any {
            symbol = symbol.that_is_never_null();
            self.types.insert(symbol.key().to_owned(), kind);
        }
        symbol
    }

    /// The unknown `symbol`, of whose values this is known: the members that it certainly has are members of an object. It was declared at `span`.
    fn with_contents(&mut self, symbol: Symbol, contents: &Contents, span: Span) -> Value {
        if let Some(item) = &contents.items {
            self.items.insert(symbol.key().to_owned(), (Arc::new((**item).clone()), span));
        }
        let whole = Value::symbol(symbol.clone()).written_at(span);
        let count = contents.members.len();
        let cost = Cost { steps: count as u64, bytes: (count * MEMBER_BYTES) as u64 };
        if count == 0 || !self.pay(cost, span) {
            return whole;
        }
        let mut entries = IndexMap::with_capacity(contents.members.len());
        for (name, of) in &contents.members {
            let value = self.typed(whole.member(name), of, span);
            entries.insert(Arc::clone(name), Entry { key_span: None, value });
        }
        Value::object(Object { entries, rest: Some(symbol), ..Object::default() }).written_at(span)
    }

    /// `value`, which is of the type `of` where it is not known.
    pub(crate) fn typed(&mut self, value: Value, of: &ValueType, span: Span) -> Value {
        let Kind::Symbol(symbol) = &value.kind else { return value };
        let symbol = self.of_type(symbol.clone(), of.kind, of.nullable, of.allowed.as_deref());
        if of.nullable || of.kind == ParameterType::Any {
            return Value { kind: Kind::Symbol(symbol), trail: value.trail };
        }
        self.with_contents(symbol, &of.contents, span)
    }

    /// The value of the variable `name` as seen from `env`, used at `span`.
    pub(crate) fn variable(&mut self, env: &Env, name: &Arc<str>, span: Span) -> Value {
        let id = self.scope_of(env.frame);
        let Some(frame) = self.frame(id) else { return Value::null() };
        match frame.variables.get(name) {
            Some(Memo::Done((value, shape))) => {
                let (value, shape) = (value.clone(), *shape);
                self.shape = shape;
                return value;
            }
            Some(Memo::Busy) => return self.cycle("variable", name, span),
            None => {}
        }
        let template = Arc::clone(&frame.template);
        let Some(variable) = template.variable(name) else {
            return self.symbol_at(env, span, "variable", &format!("variable {name}"));
        };
        if let Some(frame) = self.frame_mut(id) {
            frame.variables.insert(Arc::clone(name), Memo::Busy);
        }
        let inner = self.base(id);
        let value = self.eval(&inner, &variable.value).via(variable.span, StepKind::Variable, Arc::clone(name));
        let shape = self.shape;
        if let Some(frame) = self.frame_mut(id) {
            frame.variables.insert(Arc::clone(name), Memo::Done((value.clone(), shape)));
        }
        value
    }

    /// Reports that the value at `span` needs itself, and returns a symbol for it.
    pub(crate) fn cycle(&mut self, what: &str, name: &str, span: Span) -> Value {
        self.shape = Shape::SCALAR;
        self.tell(Diagnostic::error("cycle", format!("the {what} {name} needs its own value"), span));
        self.unknown(&format!("{what} {name}"))
    }
}

/// `symbol`, a parameter with these bounds.
fn required(symbol: Symbol, bounds: Bounds) -> Symbol {
    let whole = Value::symbol(symbol.clone());
    let length = || Value::call(&functions::Library, "length", std::slice::from_ref(&whole), None);
    let conditions = [
        ("greaterorequals", bounds.min_value.map(|least| (whole.clone(), least))),
        ("lessorequals", bounds.max_value.map(|most| (whole.clone(), most))),
        ("greaterorequals", bounds.min_length.map(|least| (length(), least))),
        ("lessorequals", bounds.max_length.map(|most| (length(), most))),
    ];
    conditions.into_iter().fold(symbol, |symbol, (compares, bound)| match bound {
        Some((of, bound)) => {
            symbol.that_requires(Value::call(&functions::Library, compares, &[of, Value::int(bound)], None))
        }
        None => symbol,
    })
}

fn may_be_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Choice(choice) => may_be_null(&choice.then) || may_be_null(&choice.otherwise),
        _ => false,
    }
}
