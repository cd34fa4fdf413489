use crate::choice::lift;
use crate::join::join;
use crate::value::{Kind, TextPart, Value};

/// The text that `parts` make one after the other: known text where all are known, else a template; a choice of texts where a part is a choice.
/// Numbers and booleans are written as JSON has them and null as nothing; a front-end whose language writes them otherwise does so first.
/// The trail is the longest of its parts' trails.
#[must_use]
pub fn concat(parts: &[Value]) -> Value {
    if let [only] = parts
        && matches!(only.kind, Kind::String(_) | Kind::Template(_))
    {
        return only.clone();
    }
    lift("concat", parts, &mut |parts| join(parts))
}

/// The one symbolic part of `text`, where it has one, and what this must be for the text to be `whole`: nothing where it is never that.
#[must_use]
pub fn only_part<'v>(text: &'v Value, whole: &str) -> Option<(&'v Value, Option<String>)> {
    let Kind::Template(parts) = &text.kind else { return None };
    let mut symbolic = parts.iter().enumerate().filter_map(|(at, part)| match part {
        TextPart::Value(value) => Some((at, value)),
        TextPart::Text(_) => None,
    });
    let (Some((at, part)), None) = (symbolic.next(), symbolic.next()) else { return None };
    let text_of = |parts: &[TextPart]| -> String {
        parts.iter().filter_map(|part| if let TextPart::Text(text) = part { Some(&**text) } else { None }).collect()
    };
    let (before, after) = (text_of(parts.get(..at)?), text_of(parts.get(at + 1..)?));
    let rest = whole.strip_prefix(&*before).and_then(|rest| rest.strip_suffix(&*after));
    Some((part, rest.map(str::to_owned)))
}
