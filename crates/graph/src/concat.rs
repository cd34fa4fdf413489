use crate::choice::lift;
use crate::join::join;
use crate::value::{Kind, Value};

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
