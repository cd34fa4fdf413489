//! Calls of built-in functions: those that evaluate their arguments themselves or depend on the deployment are here, the pure ones in [`functions`].

use cmklint_graph::{Kind, StepKind, Value, lift};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::Env;
use super::links::beside_template;
use super::shape::Shape;
use crate::functions::{self, Context, logical};
use crate::ir::Expr;

/// Functions that return another result at each place.
const FRESH: [&str; 2] = ["newguid", "utcnow"];

/// Whether the function `name`, in lower case, has another result at each place.
pub(super) fn is_fresh(name: &str) -> bool {
    FRESH.contains(&name)
}

impl Evaluator<'_> {
    /// The value of `function` applied to `args`.
    pub(crate) fn call(&mut self, env: &Env, function: &str, args: &[Expr], span: Span) -> Value {
        let name = function.to_ascii_lowercase();
        match (name.as_str(), args) {
            ("if", [condition, then, otherwise]) => self.conditional(env, condition, then, otherwise, span),
            ("and" | "or", args) => self.junction(&env.plain(), &name, args, span),
            ("coalesce", args) => self.first_not_null(env, args, span),
            ("copyindex", args) => self.copy_index_call(env, args, span),
            ("map" | "filter" | "reduce" | "sort" | "toobject" | "groupby" | "mapvalues", [first, rest @ ..]) => {
                self.higher_order(&env.plain(), &name, first, rest, span)
            }
            // The members of objects that are made here are properties of the resource whose body holds the call.
            ("createobject", args) if args.len() % 2 == 0 => self.create_object(env, args, span),
            ("createarray", args) => self.create_array(env, args, span),
            ("union" | "shallowmerge" | "concat" | "flatten" | "createobject", args) => {
                self.plain_call(env, function, &name, args, span)
            }
            (_, args) => self.plain_call(&env.plain(), function, &name, args, span),
        }
    }

    fn plain_call(&mut self, env: &Env, function: &str, name: &str, args: &[Expr], span: Span) -> Value {
        let mut values = Vec::with_capacity(args.len());
        let mut shape = Shape::SCALAR;
        for arg in args {
            values.push(self.eval(env, arg));
            shape = shape.beside(self.shape);
        }
        if name.ends_with("resourceid") {
            self.split_names(env, args, &mut values);
        }
        let value = if self.pay(functions::cost::of(name, &values, shape.size), span) {
            self.apply(env, function, name, values, span)
        } else {
            self.unknown("a value that was not evaluated").written_at(span)
        };
        self.shape = match &value.kind {
            Kind::Array(_) | Kind::Object(_) | Kind::Choice(_) | Kind::Template(_) => {
                let shape = Shape::of(&value, self.limits.size);
                self.charge(shape.size as u64 / 16, span);
                shape
            }
            Kind::String(text) => {
                self.charge(text.len() as u64 / 32, span);
                Shape::SCALAR
            }
            _ => Shape::SCALAR,
        };
        value
    }

    fn apply(&mut self, env: &Env, function: &str, name: &str, args: Vec<Value>, span: Span) -> Value {
        args.iter().for_each(|arg| self.want_whole(arg));
        match name {
            "reference" | "resourceinfo" => return self.reference_to(env, name, &args, span),
            "references" => return self.references_to(env, &args, span),
            "tryget" => {
                // A step that counts from the end is written as an object.
                if let [of, path @ ..] = &args[..]
                    && !path.iter().any(|step| step.as_object().is_some())
                {
                    return traced(self.index_by(of, path), &args, span);
                }
            }
            "uri" => {
                if let [base, relative] = &args[..]
                    && let Some(value) = beside_template(base, relative)
                {
                    return value.written_at(span);
                }
            }
            // The environment variable is not known, but the fallback is: it counts as a default of a parameter. An empty one is there only to satisfy the compiler.
            "readenvironmentvariable" => {
                if let [variable, default] = &args[..]
                    && let (Some(variable), Some(text)) = (variable.as_str(), default.as_str())
                    && !text.is_empty()
                {
                    let name = format!("environment variable {variable}");
                    return default.clone().via(span, StepKind::Default, name);
                }
            }
            _ => {}
        }
        if name.starts_with("list") && !args.is_empty() {
            return self.list(env, function, name, args, span);
        }
        if is_fresh(name) {
            return self.symbol_at(env, span, name, &format!("{function}()"));
        }
        if let Some(value) = self.scope_function(env, name, &args, span) {
            return value;
        }
        if let Some(value) = self.resource_id(env, name, &args) {
            return traced(value, &args, span);
        }
        if let Some(value) = self.load(env, name, function, &args, span) {
            return value;
        }
        let hands_on = functions::hands_items_on(name);
        let args: Vec<Value> = args
            .into_iter()
            .map(|arg| {
                let arg = if hands_on { self.look_at_items(arg) } else { self.deref(arg) };
                if functions::reads_text(name) { self.spell_out(arg) } else { arg }
            })
            .collect();
        let context = Context { types: &self.types, id: self.id };
        let value = functions::call(name, function, &args, &context);
        traced(value, &args, span)
    }

    /// The boolean of `value`: known, or a choice.
    pub(crate) fn truth(&mut self, value: Value) -> Value {
        let value = self.deref(value);
        logical::truth(value)
    }

    fn conditional(&mut self, env: &Env, condition: &Expr, then: &Expr, otherwise: &Expr, span: Span) -> Value {
        let condition = self.eval(&env.plain(), condition);
        let condition = self.truth(condition);
        match condition.as_bool() {
            Some(true) => self.eval(env, then),
            Some(false) => self.eval(env, otherwise),
            None => {
                let then = self.eval(env, then);
                let shape = self.shape;
                let otherwise = self.eval(env, otherwise);
                let shape = shape.beside(self.shape);
                let value = logical::select(&condition, &then, &otherwise);
                self.shape = shape.within();
                if matches!(value.kind, Kind::Choice(_)) {
                    self.shape = Shape::of(&value, self.limits.size);
                    self.charge(self.shape.size as u64 / 4, span);
                }
                value
            }
        }
    }

    /// `and` and `or`: arguments after the one that decides are not evaluated.
    fn junction(&mut self, env: &Env, name: &str, args: &[Expr], span: Span) -> Value {
        let is_and = name == "and";
        let mut result = Value::bool(is_and);
        for arg in args {
            let value = self.eval(env, arg);
            // A list of booleans is the same as its items.
            let values = match value.as_array() {
                Some(array) if array.rest.is_none() => array.items.clone(),
                _ => vec![value],
            };
            for value in values {
                let value = self.truth(value);
                result = if is_and { logical::both(&result, &value) } else { logical::either(&result, &value) };
            }
            if result.as_bool() == Some(!is_and) {
                break;
            }
        }
        self.shape = Shape::of(&result, self.limits.size);
        result.written_at(span)
    }

    fn first_not_null(&mut self, env: &Env, args: &[Expr], span: Span) -> Value {
        let mut values = Vec::new();
        let mut shape = Shape::SCALAR;
        for arg in args {
            let value = self.eval(env, arg);
            let value = self.deref(value);
            shape = shape.beside(self.shape);
            let certain = logical::never_null(&value, &self.types);
            if !value.is_null() {
                values.push(value);
            }
            if certain {
                break;
            }
        }
        self.shape = shape;
        let Some(last) = values.pop() else { return Value::null().written_at(span) };
        let value = values.iter().rev().fold(last, |otherwise, value| logical::or_else(value, &otherwise, &self.types));
        if matches!(value.kind, Kind::Choice(_)) {
            self.shape = Shape::of(&value, self.limits.size);
        }
        value
    }

    fn copy_index_call(&mut self, env: &Env, args: &[Expr], span: Span) -> Value {
        let plain = env.plain();
        let values: Vec<Value> = args.iter().map(|arg| self.eval(&plain, arg)).collect();
        let name = values.first().and_then(Value::as_str);
        let offset = match name {
            Some(_) => values.get(1),
            None => values.first(),
        };
        let Some(index) = self.copy_index(env, name) else {
            return self.symbol_at(env, span, "copyIndex", "copyIndex()");
        };
        let Some(offset) = offset else { return index.written_at(span) };
        let args = [index, offset.clone()];
        let context = Context { types: &self.types, id: self.id };
        functions::call("add", "add", &args, &context).written_at(span)
    }

    /// The value of `function` of each item, in each world of `first`.
    fn higher_order(&mut self, env: &Env, name: &str, first: &Expr, rest: &[Expr], span: Span) -> Value {
        let over = self.eval(env, first);
        let over = self.look_at_items(over);
        let value = lift(name, std::slice::from_ref(&over), &mut |args| match args {
            [over] => self.with_lambda(env, name, over, rest, span),
            _ => Value::null(),
        });
        self.shape = Shape::of(&value, self.limits.size);
        self.charge(self.shape.size as u64 / 16, span);
        traced(value, &[over], span)
    }
}

/// `value` with the longest trail of `args` where it has no trail.
fn traced(value: Value, args: &[Value], span: Span) -> Value {
    if !value.trail.is_empty() {
        return value;
    }
    let longest = args.iter().map(|a| &a.trail).max_by_key(|t| t.len());
    match longest {
        Some(trail) if !trail.is_empty() => Value { kind: value.kind, trail: trail.clone() },
        _ => value.written_at(span),
    }
}
