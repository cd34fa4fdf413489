//! The functions again, for calls that are evaluated once more of their arguments is known.

use cmklint_graph::{Arithmetic, DeploymentId, Functions, Kind, Number, Outcome, Value};
use rustc_hash::FxHashMap;

use super::{Context, array, cidr, date, encoding, hash, logical, numeric, object, string, uri};

/// The value of the function `name`, in lower case, of `args`, none of which is a choice; `None` where they are not known well enough.
pub(super) fn flat(name: &str, args: &[Value], context: &Context<'_>) -> Option<Value> {
    logical::call(name, args, context)
        .or_else(|| array::call(name, args, context))
        .or_else(|| string::call(name, args))
        .or_else(|| object::call(name, args))
        .or_else(|| numeric::call(name, args))
        .or_else(|| encoding::call(name, args))
        .or_else(|| uri::call(name, args))
        .or_else(|| date::call(name, args))
        .or_else(|| cidr::call(name, args))
        .or_else(|| hash::call(name, args))
}

/// The pure functions of templates.
#[derive(Debug)]
pub(crate) struct Library;

/// Functions that only compare, search and count in the texts they are given.
const COMPARING: [&str; 18] = [
    "bool",
    "condition",
    "contains",
    "empty",
    "endswith",
    "equals",
    "greater",
    "greaterorequals",
    "index",
    "isNull",
    "length",
    "less",
    "lessorequals",
    "not",
    "startswith",
    "tolower",
    "toupper",
    "tryget",
];

impl Functions for Library {
    fn evaluate(&self, function: &str, args: &[Value]) -> Outcome {
        let made = match (function, args) {
            ("index", [of, at]) => return at_index(of, at).map_or(Outcome::Fails, Outcome::Value),
            ("tryget", [of, at]) => return Outcome::Value(at_index(of, at).unwrap_or_else(Value::null)),
            ("condition", [value]) => flat_condition(value),
            ("isNull", [value]) => Some(Value::bool(value.is_null())),
            _ => flat(function, args, &Context { types: &FxHashMap::default(), id: DeploymentId(0) }),
        };
        match made {
            Some(value) => Outcome::Value(value),
            None if function == "indexof" && args.first().is_some_and(holds_no_parts) => Outcome::Fails,
            None if !COMPARING.contains(&function) && self.refuses(function, args) => Outcome::Fails,
            // Text is ordered by a culture's rules.
            None if !COMPARING.contains(&function) || args.iter().all(|arg| arg.as_str().is_some()) => Outcome::Unknown,
            None if args.iter().all(Value::is_known) => Outcome::Fails,
            None => Outcome::Unknown,
        }
    }

    fn only_compares(&self, function: &str) -> bool {
        COMPARING.contains(&function)
            || self.arithmetic(function).is_some()
            || matches!(function, "and" | "coalesce" | "if" | "indexof" | "or" | "string" | "substring" | "take")
    }

    fn looks_for_parts(&self, function: &str) -> bool {
        matches!(function, "contains" | "startswith" | "endswith" | "indexof" | "substring" | "take")
    }

    fn compares(&self, function: &str) -> bool {
        function == "equals"
    }

    fn keeps_text(&self, function: &str) -> bool {
        matches!(function, "tolower" | "toupper" | "string")
    }

    fn looks_for_members(&self, function: &str) -> bool {
        function == "contains"
    }

    fn counts(&self, function: &str) -> bool {
        function == "length"
    }

    fn arithmetic(&self, function: &str) -> Option<Arithmetic> {
        Some(match function {
            "add" => Arithmetic::Sum,
            "sub" => Arithmetic::Difference,
            "mul" => Arithmetic::Product,
            "div" => Arithmetic::WholeQuotient,
            "mod" => Arithmetic::Remainder,
            "equals" | "greater" | "greaterorequals" | "less" | "lessorequals" | "max" | "min" => Arithmetic::Order,
            _ => return None,
        })
    }

    fn looks_at_places(&self, function: &str) -> bool {
        matches!(function, "indexof" | "substring" | "take")
    }

    fn catches_failure(&self, function: &str) -> bool {
        matches!(function, "and" | "coalesce" | "condition" | "if" | "isNull" | "or" | "tryget")
    }

    fn steps_into(&self, function: &str) -> bool {
        matches!(function, "index" | "tryget" | "fromEnd" | "first" | "last")
    }
}

impl Library {
    /// Whether `function` calculates, and one of `args` is certainly no number, nor a list of which it takes the greatest or least.
    fn refuses(&self, function: &str, args: &[Value]) -> bool {
        let is_no_number = |value: &Value| match value.kind {
            Kind::Null | Kind::Bool(_) | Kind::String(_) | Kind::Object(_) => true,
            Kind::Array(_) => !matches!(function, "max" | "min"),
            _ => false,
        };
        self.arithmetic(function).is_some() && args.iter().any(is_no_number)
    }
}

/// Whether `value` is certainly neither a text nor a list, in which something could be looked for.
fn holds_no_parts(value: &Value) -> bool {
    matches!(value.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Object(_))
}

fn flat_condition(value: &Value) -> Option<Value> {
    let flag = logical::truth(value.clone());
    flag.as_bool().map(Value::bool)
}

/// What is at `at` in `of`; `None` where there is no such item.
fn at_index(of: &Value, at: &Value) -> Option<Value> {
    match (&of.kind, &at.kind) {
        (Kind::Object(object), Kind::String(name)) => object.get(name).map(|entry| entry.value.clone()),
        (Kind::Array(array), Kind::Number(Number::Int(at))) => {
            usize::try_from(*at).ok().and_then(|at| array.items.get(at).cloned())
        }
        _ => None,
    }
}
