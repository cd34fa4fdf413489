//! What a rule returns: the values of the input that a finding is about, and its texts.

use cmklint_graph::{NodeId, World};
use serde_json::Value;

use crate::input::{EstateState, Input};

/// Longer messages are shortened to this many characters.
const MAX_MESSAGE: usize = 1_000;
/// Values and places of a finding beyond this number are ignored.
const MAX_PLACES: usize = 64;

/// A fault that a rule found.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) at: PlaceOf,
    pub(crate) message: String,
    pub(crate) help: String,
    /// Distinguishes it from other faults of the rule at the same place.
    pub(crate) variant: String,
    pub(crate) values: Vec<PlaceOf>,
    pub(crate) related: Vec<(PlaceOf, String)>,
    /// The world that all its values are of.
    pub(crate) world: World,
}

/// The property of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlaceOf {
    pub(crate) state: EstateState,
    pub(crate) node: NodeId,
    pub(crate) path: String,
}

/// Reads what a rule returned. `None` where it is no fault: it depends on a value that is not known without allowing that
/// (`"unknown": true`), or its values exclude each other.
///
/// # Errors
/// What is wrong with it, in words that follow the rule's id.
pub(crate) fn read(json: &Value, input: &Input) -> Result<Option<Found>, String> {
    let Value::Object(finding) = json else {
        return Err("it hands back no object: a finding is `{\"at\": a value, \"message\": a text}`".to_owned());
    };
    let known = ["at", "message", "values", "related", "help", "variant", "unknown"];
    if let Some(name) = finding.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("a finding has no `{}` ({})", clipped(name), known.join(", ")));
    }
    let text = |name: &str| finding.get(name).and_then(Value::as_str).map(clipped).unwrap_or_default();
    let message = text("message");
    if message.is_empty() {
        return Err("it hands back a finding without a message".to_owned());
    }
    let Some(at) = finding.get("at") else {
        return Err(
            "it hands back a finding without `at`: the value or resource of the input that it is about".to_owned()
        );
    };
    let mut world = World::any();
    let mut is_known = true;
    let mut is_possible = true;
    let mut place = |value: &Value| {
        let read = place(value, input)?;
        is_known &= read.is_known;
        match world.and(read.world) {
            Some(both) => world = both,
            None => is_possible = false,
        }
        Ok::<PlaceOf, String>(read.place)
    };
    let at = place(at)?;
    if at.state == EstateState::Before {
        return Err(
            "`at` is a value of the older state: a finding is about what there is now (`values` may name older ones)"
                .to_owned(),
        );
    }
    let values = list(finding.get("values")).map(&mut place).collect::<Result<Vec<_>, _>>()?;
    let mut related = Vec::new();
    for item in list(finding.get("related")) {
        let words = item.get("message").and_then(Value::as_str).map(clipped).unwrap_or_default();
        let Some(at) = item.get("at").filter(|_| !words.is_empty()) else {
            return Err("a related place is `{\"at\": a value, \"message\": a text}`".to_owned());
        };
        related.push((place(at)?, words));
    }
    let found = Found { at, message, help: text("help"), variant: text("variant"), values, related, world };
    let is_meant = is_known || finding.get("unknown") == Some(&Value::Bool(true));
    Ok((is_meant && is_possible).then_some(found))
}

/// The items of a list or set; none of anything else.
fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten().take(MAX_PLACES)
}

struct ReturnedPlace<'a> {
    place: PlaceOf,
    world: &'a World,
    is_known: bool,
}

/// A value, an edge or a resource of the input.
fn place<'a>(value: &Value, input: &'a Input) -> Result<ReturnedPlace<'a>, String> {
    let wrong = || "it hands back what is no value, edge or resource of the input".to_owned();
    let number = |name: &str| value.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let state = if value.get("state").and_then(Value::as_str) == Some("before") {
        EstateState::Before
    } else {
        EstateState::Now
    };
    let resource = number("resource").or_else(|| number("number")).ok_or_else(wrong)?;
    let node = input.node(state, resource).ok_or_else(wrong)?;
    let world = input.world(number("world").unwrap_or(0)).ok_or_else(wrong)?;
    let path = value.get("path").and_then(Value::as_str).unwrap_or_default();
    if path.len() > 1_000 {
        return Err(wrong());
    }
    let is_known = value.get("known").and_then(Value::as_bool) != Some(false);
    Ok(ReturnedPlace { place: PlaceOf { state, node, path: path.to_owned() }, world, is_known })
}

/// The text as one line of at most [`MAX_MESSAGE`] characters, with a space for each control character.
fn clipped(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_MESSAGE).is_some() {
        out.push('…');
    }
    out.trim().to_owned()
}
