//! Reads the words of a world (`parameter env is 'prod' and greater(parameter n, 2) is true`) and says whether they hold.

use super::conditions::Assignment;

/// A value of the words.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<String>),
}

/// Whether all of `world` holds for `assignment`; `None` where some of it can't be read and none of the rest is wrong.
pub(crate) fn holds(world: &str, assignment: &Assignment) -> Option<bool> {
    let all: Vec<Option<bool>> = world.split(" and ").filter(|w| !w.is_empty()).map(|w| fact(w, assignment)).collect();
    if all.contains(&Some(false)) {
        return Some(false);
    }
    all.into_iter().collect::<Option<Vec<bool>>>().map(|_| true)
}

fn fact(words: &str, assignment: &Assignment) -> Option<bool> {
    let (left, right) = words.split_once(" is ")?;
    let (right, wanted) = right.strip_prefix("not ").map_or((right, true), |rest| (rest, false));
    let (left, rest) = term(left.trim(), assignment)?;
    let (right, _) = term(right.trim(), assignment)?;
    rest.is_empty().then_some((left == right) == wanted)
}

/// The value at the beginning of `text`, and what stands behind it.
fn term<'t>(text: &'t str, assignment: &Assignment) -> Option<(Value, &'t str)> {
    let text = text.trim_start();
    for prefix in ["parameter ", "variable ", "var."] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let value = match &rest[..end] {
                "env" => Value::Text(assignment.env.to_owned()),
                "flag" => Value::Bool(assignment.flag),
                "n" => Value::Number(assignment.n),
                "list" => Value::List(assignment.list.iter().map(|s| (*s).to_owned()).collect()),
                _ => return None,
            };
            return Some((value, &rest[end..]));
        }
    }
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let rest = &text[1..];
        let end = rest.find(quote)?;
        return Some((Value::Text(rest[..end].to_owned()), &rest[end + 1..]));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if let Some(inside) = rest.strip_prefix('(') {
        let mut arguments = Vec::new();
        let mut rest = inside;
        loop {
            let (value, behind) = term(rest, assignment)?;
            arguments.push(value);
            match behind.trim_start().chars().next()? {
                ',' => rest = &behind.trim_start()[1..],
                ')' => return Some((call(word, &arguments)?, &behind.trim_start()[1..])),
                _ => return None,
            }
        }
    }
    let value = match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number => Value::Number(number.parse().ok()?),
    };
    Some((value, rest))
}

fn call(function: &str, arguments: &[Value]) -> Option<Value> {
    use Value::{Bool, List, Number, Text};
    Some(match (function.to_ascii_lowercase().as_str(), arguments) {
        ("tolower" | "lower", [Text(t)]) => Text(t.to_lowercase()),
        ("toupper" | "upper", [Text(t)]) => Text(t.to_uppercase()),
        ("greater", [Number(a), Number(b)]) => Bool(a > b),
        ("greaterorequals", [Number(a), Number(b)]) => Bool(a >= b),
        ("less", [Number(a), Number(b)]) => Bool(a < b),
        ("lessorequals", [Number(a), Number(b)]) => Bool(a <= b),
        ("length", [List(items)]) => Number(i64::try_from(items.len()).ok()?),
        ("empty", [List(items)]) => Bool(items.is_empty()),
        ("startswith", [Text(t), Text(s)]) => Bool(t.starts_with(s)),
        ("endswith", [Text(t), Text(s)]) => Bool(t.ends_with(s)),
        _ => return None,
    })
}

#[test]
fn words_are_read() {
    let assignment = Assignment { env: "PROD", flag: true, n: 3, list: &["a"] };
    for (words, wanted) in [
        ("", Some(true)),
        ("parameter env is 'PROD' and parameter flag is true", Some(true)),
        ("toLower(parameter env) is 'prod' and greater(parameter n, 2) is false", Some(false)),
        ("length(var.list) is 1 and parameter env is not 'dev'", Some(true)),
        ("something else is true", None),
        ("something else is true and parameter n is 4", Some(false)),
    ] {
        assert_eq!(holds(words, &assignment), wanted, "{words}");
    }
}
