//! The functions and operators again, for calls that are evaluated once more of their arguments is known.

use cmklint_graph::{
    Arithmetic, Case, Functions, Kind, Number, Outcome, Part, Place, Reshaping, TextTest, Value, work,
};

use super::{
    Made, Stop, composed, compute, encode, format, list, map, number, pattern, quotient, regex, signature, text,
};
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
            ("coalesce", args) if args.iter().all(Value::is_known) => {
                let is_given = |arg: &&Value| !arg.is_null() && arg.as_str() != Some("");
                return args.iter().find(is_given).map_or(Outcome::Fails, |arg| Outcome::Value(arg.clone()));
            }
            ("try", [value, _]) if value.is_known() => return Outcome::Value(value.clone()),
            _ => {}
        }
        if !args.iter().all(Value::is_known) {
            return quotient::call(function, args).unwrap_or(Outcome::Unknown);
        }
        if !is_paid(function, args) {
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
        let text = |text: &Value| text.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let trimmed = |letters: &str, at_start: bool| {
            Some(Reshaping::Trimmed { letters: letters.to_owned(), at_start, at_end: true })
        };
        match (function, args) {
            ("split", [separator, of]) if !of.is_known() => Some(Reshaping::Split(vec![text(separator)?])),
            ("reverse", [_]) => Some(Reshaping::Reversed),
            ("lower", [_]) => Some(Reshaping::Cased(Case::Lower)),
            ("upper", [_]) => Some(Reshaping::Cased(Case::Upper)),
            ("title", [_]) => Some(Reshaping::Cased(Case::Title)),
            ("trimprefix", [of, cut]) if !of.is_known() => Some(Reshaping::CutStart(text(cut)?)),
            ("trimsuffix", [of, cut]) if !of.is_known() => Some(Reshaping::CutEnd(text(cut)?)),
            ("trimspace", [_]) => trimmed(" \t\r\n", true),
            ("chomp", [_]) => trimmed("\r\n", false),
            ("trim", [of, cut]) if !of.is_known() => trimmed(cut.as_str()?, true),
            ("substr", [of, skip, take]) if !of.is_known() => {
                let at = |value: &Value| value.as_number().and_then(Number::as_i64);
                let skip = usize::try_from(at(skip)?).ok()?;
                let take = usize::try_from(at(take)?);
                Some(Reshaping::Slice { skip, take: take.ok(), strict: false })
            }
            ("replace", [of, from, to]) if !of.is_known() => {
                let (from, to) = (text(from)?, to.as_str()?.to_owned());
                let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
                (!is_pattern).then_some(Reshaping::Replaced { from, to })
            }
            _ => None,
        }
    }

    fn test(&self, function: &str, args: &[Value]) -> Option<TextTest> {
        match (function, args) {
            ("startswith", [of, part]) if !of.is_known() => Some(TextTest::Starts(part.as_str()?.to_owned())),
            ("endswith", [of, part]) if !of.is_known() => Some(TextTest::Ends(part.as_str()?.to_owned())),
            ("strcontains", [of, part]) if !of.is_known() => Some(TextTest::Has(part.as_str()?.to_owned())),
            ("tonumber", [_]) => Some(TextTest::Number),
            ("parseint", [of, base]) if !of.is_known() && base.as_number() == Some(Number::Int(10)) => {
                Some(TextTest::Number)
            }
            ("regex", [pattern, of]) if !of.is_known() => Some(TextTest::Match(pattern::of(pattern.as_str()?)?)),
            ("regexall", [pattern, of]) if !of.is_known() => Some(TextTest::Matches(pattern::of(pattern.as_str()?)?)),
            _ => None,
        }
    }

    fn place(&self, function: &str, args: &[Value]) -> Option<Place> {
        let at = || args.get(1).and_then(index_of);
        let from_start = || at().and_then(|at| usize::try_from(at).ok());
        // The last one is at -1.
        let from_end = || at().and_then(|at| usize::try_from(-(at + 1)).ok());
        match function {
            "index" => from_start().map(Place::At).or(Some(Place::Any)),
            "element" => {
                from_start().map(Place::Around).or_else(|| from_end().map(Place::FromEnd)).or(Some(Place::Any))
            }
            _ => None,
        }
    }

    fn has_fractions(&self) -> bool {
        true
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

    fn are_equal(&self, a: &Value, b: &Value) -> Option<bool> {
        match quotient::call("==", &[a.clone(), b.clone()])? {
            Outcome::Value(value) => value.as_bool(),
            _ => None,
        }
    }

    fn members(&self, function: &str) -> Vec<String> {
        let names = function.strip_prefix(SPLAT).unwrap_or_default();
        names.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn part(&self, function: &str, args: &[Value]) -> Option<Part> {
        let item = |at: &Value| index_of(at).and_then(|at| usize::try_from(at).ok()).map(Part::Item);
        match (function, args) {
            ("one", [_]) => Some(Part::Item(0)),
            (function, [_]) => function.strip_prefix(ATTRIBUTE).map(|name| Part::Member(name.to_owned())),
            ("index", [_, Value { kind: Kind::String(name), .. }]) => Some(Part::Member(name.to_string())),
            ("index" | "element", [_, at]) if index_of(at).is_none_or(|at| at >= 0) => item(at),
            ("element", [_, at]) => index_of(at).and_then(|at| usize::try_from(-(at + 1)).ok()).map(Part::FromEnd),
            _ => None,
        }
    }
}

/// The function that finds an item's index: `index` is the operator.
pub(crate) const INDEX: &str = "index()";
/// The prefix of the function that represents an attribute; its name follows.
pub(crate) const ATTRIBUTE: &str = "attribute:";

/// The prefix of the function that represents a splat; the names of the attributes that are taken follow, with a point before each.
pub(crate) const SPLAT: &str = "splat:";

/// Whether what the call costs beyond a step is [paid](work::pay).
fn is_paid(function: &str, args: &[Value]) -> bool {
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let (pattern, of) = match function {
        "regex" | "regexall" => (text(0), text(1)),
        "replace" => (text(1).and_then(regex::expression), text(0)),
        _ => return true,
    };
    pattern.is_none_or(|pattern| work::pay(regex::steps_again(pattern, of)))
}

fn made(function: &str, args: &[Value]) -> Made {
    if let (Some(names), [of]) = (function.strip_prefix(SPLAT), args) {
        return Ok(splat(of, names));
    }
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

/// What a splat makes of `of`: the attributes of its items, or of itself where it is no list.
fn splat(of: &Value, names: &str) -> Value {
    let missing = failure("no such attribute");
    let attributes = |item: &Value| {
        names.split('.').filter(|name| !name.is_empty()).fold(item.clone(), |at, name| attribute(&at, name, &missing))
    };
    let items: Vec<Value> = match &of.kind {
        Kind::Null => Vec::new(),
        Kind::Array(array) => array.items.iter().map(attributes).collect(),
        _ => vec![attributes(of)],
    };
    items.iter().find(|item| is_error(item)).cloned().unwrap_or_else(|| Value::array(items))
}
