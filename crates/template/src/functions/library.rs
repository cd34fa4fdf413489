//! The functions again, for calls that are evaluated once more of their arguments is known.

use cmklint_graph::{
    Arithmetic, Case, DeploymentId, Functions, Kind, Number, Outcome, Part, Place, Reshaping, TextTest, Value,
};
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
            ("fromEnd", [of, at]) => return from_end(of, at),
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
            || matches!(
                function,
                "and"
                    | "coalesce"
                    | "first"
                    | "fromEnd"
                    | "if"
                    | "indexof"
                    | "last"
                    | "or"
                    | "string"
                    | "substring"
                    | "take"
            )
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

    fn reshaping(&self, function: &str, args: &[Value]) -> Option<Reshaping> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let count = |value: &Value| value.as_number().and_then(Number::as_i64).and_then(|n| usize::try_from(n).ok());
        match (function, args) {
            ("split", [of, separators]) if !of.is_known() => {
                let several = separators.as_array().filter(|array| array.rest.is_none());
                let all = several.map_or_else(|| std::slice::from_ref(separators), |array| &array.items[..]);
                all.iter().map(text).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty()).map(Reshaping::Split)
            }
            ("tolower", [_]) => Some(Reshaping::Cased(Case::Lower)),
            ("toupper", [_]) => Some(Reshaping::Cased(Case::Upper)),
            ("trim", [_]) => Some(Reshaping::Trimmed { letters: " \t\r\n".to_owned(), at_start: true, at_end: true }),
            ("replace", [of, from, to]) if !of.is_known() => {
                Some(Reshaping::Replaced { from: text(from)?, to: to.as_str()?.to_owned() })
            }
            ("skip", [of, skip]) if !of.is_known() => {
                Some(Reshaping::Slice { skip: count(skip)?, take: None, strict: false })
            }
            ("take", [of, take]) if !of.is_known() => {
                Some(Reshaping::Slice { skip: 0, take: Some(count(take)?), strict: false })
            }
            ("substring", [of, skip]) if !of.is_known() => {
                Some(Reshaping::Slice { skip: count(skip)?, take: None, strict: true })
            }
            ("substring", [of, skip, take]) if !of.is_known() => {
                Some(Reshaping::Slice { skip: count(skip)?, take: Some(count(take)?), strict: true })
            }
            _ => None,
        }
    }

    fn test(&self, function: &str, args: &[Value]) -> Option<TextTest> {
        let part = |of: &Value, part: &Value| part.as_str().filter(|_| !of.is_known()).map(str::to_owned);
        let in_any_case = |test: TextTest| Some(TextTest::AnyCase(Box::new(test)));
        match (function, args) {
            ("startswith", [of, start]) => in_any_case(TextTest::Starts(part(of, start)?.to_lowercase())),
            ("endswith", [of, end]) => in_any_case(TextTest::Ends(part(of, end)?.to_lowercase())),
            ("contains", [of, text]) => Some(TextTest::Has(part(of, text)?)),
            ("indexof", [of, text]) => in_any_case(TextTest::Position(part(of, text)?.to_lowercase())),
            ("int", [_]) => Some(TextTest::Number),
            _ => None,
        }
    }

    fn place(&self, function: &str, args: &[Value]) -> Option<Place> {
        let at = args.get(1).and_then(Value::as_number).and_then(Number::as_i64);
        match function {
            "index" | "tryget" => at.and_then(|at| usize::try_from(at).ok()).map(Place::At).or(Some(Place::Any)),
            "first" => Some(Place::At(0)),
            "last" => Some(Place::FromEnd(0)),
            "fromEnd" => {
                let before = at.and_then(|at| usize::try_from(at - 1).ok());
                before.map(Place::FromEnd).or(Some(Place::Any))
            }
            _ => None,
        }
    }

    fn catches_failure(&self, function: &str) -> bool {
        matches!(function, "and" | "coalesce" | "condition" | "if" | "isNull" | "or" | "tryget")
    }

    fn steps_into(&self, function: &str) -> bool {
        matches!(function, "index" | "tryget" | "fromEnd" | "first" | "last")
    }

    fn part(&self, function: &str, args: &[Value]) -> Option<Part> {
        let ("index" | "tryget" | "fromEnd", [_, at]) = (function, args) else {
            return match function {
                "first" => Some(Part::Item(0)),
                "last" => Some(Part::FromEnd(0)),
                _ => None,
            };
        };
        if function == "fromEnd" {
            let before = at.as_number().and_then(Number::as_i64).and_then(|at| usize::try_from(at - 1).ok());
            return before.map(Part::FromEnd);
        }
        match &at.kind {
            Kind::String(name) => Some(Part::Member(name.to_string())),
            Kind::Number(Number::Int(at)) => usize::try_from(*at).ok().map(Part::Item),
            _ => None,
        }
    }
}

impl Library {
    /// Whether `function` certainly has no value where `args` are known of this kind: it calculates with what is no number, or cuts what is no text.
    fn refuses(&self, function: &str, args: &[Value]) -> bool {
        if matches!(function, "first" | "last") {
            return args.first().is_some_and(holds_no_parts);
        }
        let cuts = matches!(function, "replace" | "skip" | "split" | "take" | "trim");
        let takes = |value: &Value| match &value.kind {
            Kind::Array(_) => matches!(function, "max" | "min" | "skip" | "take"),
            Kind::String(_) => cuts,
            Kind::Number(_) => !cuts,
            Kind::Null | Kind::Bool(_) | Kind::Object(_) => false,
            _ => true,
        };
        match (function, args) {
            ("int", [Value { kind: Kind::String(text), .. }]) => return !text.contains(|c: char| c.is_numeric()),
            ("int", [Value { kind: Kind::Null | Kind::Array(_) | Kind::Object(_), .. }]) => return true,
            _ => {}
        }
        if matches!(function, "substring") && args.iter().all(Value::is_known) {
            return true;
        }
        let decide = if cuts { 1 } else { args.len() };
        (cuts || self.arithmetic(function).is_some()) && !args.iter().take(decide).all(takes)
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

/// What is at `at` in `of`, counted from its end, where the last item is 1.
fn from_end(of: &Value, at: &Value) -> Outcome {
    let Some(array) = of.as_array().filter(|array| array.rest.is_none()) else { return Outcome::Unknown };
    let at = at.as_number().and_then(Number::as_i64).and_then(|at| usize::try_from(at).ok());
    match at.and_then(|at| array.items.len().checked_sub(at)).and_then(|at| array.items.get(at)) {
        Some(item) => Outcome::Value(item.clone()),
        None => Outcome::Fails,
    }
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
