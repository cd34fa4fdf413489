//! The functions and operators again, for calls that are evaluated once more of their arguments is known.

use cmklint_graph::{Arithmetic, Functions, Kind, Number, Outcome, Place, Reshaping, Value};

use super::{Made, Stop, composed, compute, encode, format, list, map, number, regex, signature, text};
use crate::values::{self, attribute, failure, index_of, is_error, number_of, text_of, truth};

/// Terraform's pure functions and operators.
#[derive(Debug)]
pub(crate) struct Library;

impl Functions for Library {
    fn evaluate(&self, function: &str, args: &[Value]) -> Outcome {
        match (function, args) {
            ("can", [value]) if is_error(value) => return Outcome::Value(Value::bool(false)),
            ("can", [value]) if value.is_known() => return Outcome::Value(Value::bool(true)),
            ("try", [value, rest]) if is_error(value) && is_error(rest) => return Outcome::Fails,
            ("try", [value, rest]) if is_error(value) && rest.is_known() => return Outcome::Value(rest.clone()),
            ("try", [value, _]) if value.is_known() => return Outcome::Value(value.clone()),
            _ => {}
        }
        if !args.iter().all(Value::is_known) {
            return Outcome::Unknown;
        }
        match made(function, args) {
            Ok(value) if is_error(&value) => Outcome::Fails,
            Ok(value) => Outcome::Value(value),
            Err(Stop::Refused(_)) => Outcome::Fails,
            Err(Stop::Unknown) => Outcome::Unknown,
        }
    }

    fn only_compares(&self, function: &str) -> bool {
        self.arithmetic(function).is_some()
            || matches!(
                function,
                "==" | "<"
                    | "can"
                    | "coalesce"
                    | "compact"
                    | "contains"
                    | "distinct"
                    | "endswith"
                    | "index"
                    | INDEX
                    | "length"
                    | "lookup"
                    | "lower"
                    | "regex"
                    | "regexall"
                    | "reverse"
                    | "sort"
                    | "startswith"
                    | "strcontains"
                    | "substr"
                    | "element"
                    | "title"
                    | "tobool"
                    | "tolist"
                    | "toset"
                    | "tostring"
                    | "try"
                    | "upper"
            )
            || function.starts_with(ATTRIBUTE)
    }

    fn looks_for_parts(&self, function: &str) -> bool {
        matches!(function, "contains" | "endswith" | "regex" | "regexall" | "startswith" | "strcontains" | "substr")
    }

    fn compares(&self, function: &str) -> bool {
        function == "=="
    }

    fn keeps_text(&self, function: &str) -> bool {
        matches!(function, "lower" | "upper" | "tostring")
    }

    fn changes_case(&self, function: &str) -> bool {
        matches!(function, "lower" | "title" | "upper")
    }

    fn looks_for_members(&self, function: &str) -> bool {
        function == "contains"
    }

    fn looks_for_repeats(&self, function: &str) -> bool {
        matches!(function, "distinct" | "toset")
    }

    fn looks_for_blanks(&self, function: &str) -> bool {
        function == "compact"
    }

    fn counts(&self, function: &str) -> bool {
        function == "length"
    }

    fn arithmetic(&self, function: &str) -> Option<Arithmetic> {
        Some(match function {
            "+" => Arithmetic::Sum,
            "-" => Arithmetic::Difference,
            "*" => Arithmetic::Product,
            "/" => Arithmetic::Quotient,
            "%" => Arithmetic::Remainder,
            "ceil" | "floor" => Arithmetic::Rounded,
            "abs" | "signum" => Arithmetic::OfSign,
            "<" | "==" | "max" | "min" => Arithmetic::Order,
            _ => return None,
        })
    }

    fn reshaping(&self, function: &str, args: &[Value]) -> Option<Reshaping> {
        let one = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(|text| vec![text.to_owned()]);
        match (function, args) {
            ("split", [separator, of]) if !of.is_known() => one(separator).map(Reshaping::Split),
            ("trimprefix", [_, cut]) => Some(Reshaping::Cut { starts: one(cut)?, ends: Vec::new() }),
            ("trimsuffix", [_, cut]) => Some(Reshaping::Cut { starts: Vec::new(), ends: one(cut)? }),
            ("trimspace", [_]) => Some(Reshaping::Cut { starts: vec![" ".to_owned()], ends: vec![" ".to_owned()] }),
            ("chomp", [_]) => Some(Reshaping::Cut { starts: Vec::new(), ends: vec!["\n".to_owned()] }),
            ("trim", [_, cut]) => {
                let each: Vec<String> = cut.as_str()?.chars().map(String::from).collect();
                Some(Reshaping::Cut { starts: each.clone(), ends: each })
            }
            ("replace", [of, from, to]) if !of.is_known() => {
                let (from, to) = (from.as_str()?, to.as_str()?);
                let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
                (!is_pattern && !from.is_empty())
                    .then(|| Reshaping::Replaced { from: from.to_owned(), to: to.to_owned() })
            }
            _ => None,
        }
    }

    fn place(&self, function: &str, args: &[Value]) -> Option<Place> {
        let at = || args.get(1).and_then(index_of).and_then(|at| usize::try_from(at).ok());
        match function {
            "index" => at().map(Place::At).or(Some(Place::Any)),
            "element" => at().map(Place::Around).or(Some(Place::Any)),
            "one" => Some(Place::At(0)),
            _ => None,
        }
    }

    fn has_fractions(&self) -> bool {
        true
    }

    fn looks_at_places(&self, function: &str) -> bool {
        function == "substr"
    }

    fn texts_of_patterns(&self, function: &str, args: &[Value]) -> Option<Vec<String>> {
        match (function, args) {
            ("regex" | "regexall", [pattern, _]) => regex::texts_of(pattern.as_str()?),
            _ => Some(Vec::new()),
        }
    }

    fn catches_failure(&self, function: &str) -> bool {
        matches!(function, "try" | "can" | "?:")
    }

    fn failed_argument(&self, _: &str) -> Option<Value> {
        Some(failure("an argument that fails"))
    }

    fn steps_into(&self, function: &str) -> bool {
        matches!(function, "index" | "lookup" | "element" | "one" | "values" | "keys")
            || function.starts_with(ATTRIBUTE)
    }
}

/// The function that finds an item's index: `index` is the operator.
pub(crate) const INDEX: &str = "index()";
/// The prefix of the function that represents an attribute; its name follows.
pub(crate) const ATTRIBUTE: &str = "attribute:";

fn made(function: &str, args: &[Value]) -> Made {
    if let (Some(name), [of]) = (function.strip_prefix(ATTRIBUTE), args) {
        return Ok(attribute(of, name, &failure("no such attribute")));
    }
    match (function, args) {
        ("==", [a, b]) => values::is_same(a, b).map(Value::bool).ok_or(Stop::Unknown),
        ("<", [a, b]) => match (number_of(a), number_of(b)) {
            (Some(a), Some(b)) => Ok(Value::bool(a < b)),
            _ => Err(Stop::Refused("not a number")),
        },
        ("+" | "-" | "*" | "/" | "%", [a, b]) => calculated(function, a, b),
        ("-", [value]) => calculated("*", value, &Value::int(-1)),
        ("ceil", [Value { kind: Kind::Number(n), .. }]) if n.as_f64() > -1.0 && n.as_f64() < 0.0 => {
            Ok(Value::new(Kind::Number(MINUS_ZERO)))
        }
        ("tobool", [value]) => Ok(truth(value)),
        // The operator, not the function that finds an item's index.
        ("index", [of, key]) => at_key(of, key),
        _ => {
            let function = if function == INDEX { "index" } else { function };
            let args = &signature::prepare(function, args)?[..];
            text::call(function, args)
                .or_else(|| regex::call(function, args))
                .or_else(|| format::call(function, args))
                .or_else(|| number::call(function, args))
                .or_else(|| list::call(function, args))
                .or_else(|| map::call(function, args))
                .or_else(|| encode::call(function, args))
                .unwrap_or(Err(Stop::Unknown))
                .map(composed)
        }
    }
}

fn calculated(operator: &str, a: &Value, b: &Value) -> Made {
    let (Some(a), Some(b)) = (number_of(a), number_of(b)) else { return Err(Stop::Refused("not a number")) };
    let made = compute(operator, a, b).or_else(|stop| match (stop, operator, a, b) {
        (Stop::Unknown, "%", Number::Int(a), Number::Int(b)) if a.checked_rem(b) == Some(0) => Ok(MINUS_ZERO),
        (Stop::Unknown, "*" | "/", Number::Int(a), Number::Int(b)) if a == 0 || operator == "*" && b == 0 => {
            Ok(MINUS_ZERO)
        }
        (stop, ..) => Err(stop),
    });
    made.map(|n| Value::new(Kind::Number(n)))
}

/// What Terraform makes of `-6 % 3`: it equals zero, and its text is `-0`.
const MINUS_ZERO: Number = Number::Float(-0.0);

fn at_key(of: &Value, key: &Value) -> Made {
    let missing = failure("no such member");
    match &of.kind {
        Kind::Array(array) => {
            let at = index_of(key).and_then(|at| usize::try_from(at).ok());
            Ok(at.and_then(|at| array.items.get(at).cloned()).unwrap_or(missing))
        }
        Kind::Object(_) => match text_of(key) {
            Some(name) => Ok(attribute(of, &name, &missing)),
            None => Err(Stop::Unknown),
        },
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => Ok(missing),
        _ => Err(Stop::Unknown),
    }
}
