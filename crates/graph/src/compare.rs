use std::borrow::Cow;

use crate::cases::Cases;
use crate::choice::arms;
use crate::path::AsPath;
use crate::region::fold_region;
use crate::value::{Array, Kind, Literal, Object, Symbol, TextPart, Value};
use crate::work;
use crate::world::World;

/// Whether two values are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// In every world.
    Equal,
    /// In no world.
    Different,
    /// Not known, or not the same in all worlds.
    Unknown,
}

impl Comparison {
    /// Both must be equal for the whole to be; one difference makes the whole different.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Different, _) | (_, Self::Different) => Self::Different,
            (Self::Equal, Self::Equal) => Self::Equal,
            _ => Self::Unknown,
        }
    }

    fn of(equal: bool) -> Self {
        if equal { Self::Equal } else { Self::Different }
    }
}

impl Cases<Comparison> {
    /// The worlds in which the two things that were compared certainly differ.
    pub fn differ(self) -> impl Iterator<Item = World> {
        self.filter(|compared| *compared == Comparison::Different).worlds()
    }
}

/// What counts as the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// The same bytes.
    Exact,
    /// Without ASCII case, as Azure reads names and ids.
    Case,
    /// Without case and whitespace, as Azure reads regions; what is not known to name a region ([`fold_region`]) is equal to itself only.
    Region,
    /// Without case; what is no GUID, and so no subscription's id, is equal to itself only.
    Subscription,
}

impl Fold {
    /// Whether a text of this kind may have `part` in it.
    fn may_hold(self, part: &str) -> bool {
        match self {
            Self::Exact | Self::Case => true,
            Self::Region => part.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '(' | ')')),
            Self::Subscription => part.chars().all(|c| c.is_ascii_hexdigit() || c == '-'),
        }
    }
}

/// Whether `text` is a GUID, as subscriptions have one for their id.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == lengths.len()
        && groups
            .iter()
            .zip(lengths)
            .all(|(group, length)| group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether `a` and `b` are the same value, text compared by `fold`. References to resources are compared as they are:
/// [`Estate::compare`](crate::Estate::compare) follows them.
#[must_use]
pub fn compare(a: &Value, b: &Value, fold: Fold) -> Comparison {
    if !matches!(a.kind, Kind::Choice(_)) && !matches!(b.kind, Kind::Choice(_)) {
        return flat(a, b, fold);
    }
    let mut result = None;
    for (world, a) in arms(a, &World::any()) {
        for (world, b) in arms(b, &world) {
            // What the conditions of each assume holds for the other too.
            let here = flat(&world.work_out(a.clone()), &world.work_out(b), fold);
            match result {
                None => result = Some(here),
                Some(so_far) if so_far == here => {}
                Some(_) => return Comparison::Unknown,
            }
        }
    }
    result.unwrap_or(Comparison::Unknown)
}

fn flat(a: &Value, b: &Value, fold: Fold) -> Comparison {
    use Comparison::{Different, Equal, Unknown};
    if !work::pay(1) {
        return Unknown;
    }
    match (&a.kind, &b.kind) {
        (Kind::Symbol(a), Kind::Symbol(b)) => symbols(a, b, fold),
        (Kind::Symbol(symbol), _) => b.as_literal().map_or(Unknown, |l| allowed(symbol, &l, fold)),
        (_, Kind::Symbol(symbol)) => a.as_literal().map_or(Unknown, |l| allowed(symbol, &l, fold)),
        (Kind::Ref(a), Kind::Ref(b)) if a.node == b.node && a.path.is(&b.path) => Equal,
        (Kind::Ref(_) | Kind::Choice(_), _) | (_, Kind::Ref(_) | Kind::Choice(_)) => Unknown,
        (Kind::Null, Kind::Null) => Equal,
        (Kind::Bool(a), Kind::Bool(b)) => Comparison::of(a == b),
        (Kind::Number(a), Kind::Number(b)) => Comparison::of(a == b),
        (Kind::String(a), Kind::String(b)) => text(a, b, fold),
        (Kind::Array(a), Kind::Array(b)) => arrays(a, b, fold),
        (Kind::Object(a), Kind::Object(b)) => objects(a, b, fold),
        (Kind::Template(a), Kind::Template(b)) => templates(a, b, fold),
        (Kind::Template(a), Kind::String(b)) => templates(a, &[TextPart::Text(b.clone())], fold),
        (Kind::String(a), Kind::Template(b)) => templates(&[TextPart::Text(a.clone())], b, fold),
        _ => Different,
    }
}

fn text(a: &str, b: &str, fold: Fold) -> Comparison {
    if !work::pay(a.len().min(b.len()) / 64) {
        return Comparison::Unknown;
    }
    match fold {
        Fold::Exact => Comparison::of(a == b),
        Fold::Case => Comparison::of(a.eq_ignore_ascii_case(b)),
        Fold::Region if a.eq_ignore_ascii_case(b) => Comparison::Equal,
        Fold::Region => match (fold_region(a), fold_region(b)) {
            (Some(a), Some(b)) => Comparison::of(a == b),
            _ => Comparison::Unknown,
        },
        Fold::Subscription if a.eq_ignore_ascii_case(b) => Comparison::Equal,
        Fold::Subscription if is_guid(a) && is_guid(b) => Comparison::Different,
        Fold::Subscription => Comparison::Unknown,
    }
}

fn literals(a: &Literal, b: &Literal, fold: Fold) -> Comparison {
    match (a, b) {
        (Literal::String(a), Literal::String(b)) => text(a, b, fold),
        (a, b) => Comparison::of(a == b),
    }
}

fn allowed(symbol: &Symbol, literal: &Literal, fold: Fold) -> Comparison {
    match symbol.allowed() {
        Some(allowed) if allowed.iter().all(|l| literals(l, literal, fold) == Comparison::Different) => {
            Comparison::Different
        }
        _ => Comparison::Unknown,
    }
}

fn symbols(a: &Symbol, b: &Symbol, fold: Fold) -> Comparison {
    if a == b {
        return Comparison::Equal;
    }
    match (a.allowed(), b.allowed()) {
        (Some(xs), Some(_)) if xs.iter().all(|x| allowed(b, x, fold) == Comparison::Different) => Comparison::Different,
        _ => Comparison::Unknown,
    }
}

fn arrays(a: &Array, b: &Array, fold: Fold) -> Comparison {
    let mut result = match (&a.rest, &b.rest) {
        (None, None) => Comparison::of(a.items.len() == b.items.len()),
        (Some(x), Some(y)) if x == y && a.items.len() == b.items.len() => Comparison::Equal,
        (None, Some(_)) if a.items.len() < b.items.len() => Comparison::Different,
        (Some(_), None) if b.items.len() < a.items.len() => Comparison::Different,
        _ => Comparison::Unknown,
    };
    for (a, b) in a.items.iter().zip(&b.items) {
        result = result.and(compare(a, b, fold));
    }
    result
}

fn objects(a: &Object, b: &Object, fold: Fold) -> Comparison {
    let mut result = match (&a.rest, &b.rest) {
        (None, None) => Comparison::Equal,
        (Some(x), Some(y)) if x == y => Comparison::Equal,
        _ => Comparison::Unknown,
    };
    let missing = |entry: &crate::Entry, rest: &Option<Symbol>| match rest {
        None => compare(&entry.value, &Value::null(), fold),
        Some(_) => Comparison::Unknown,
    };
    for (name, entry) in &a.entries {
        result = result.and(match b.entries.get(name) {
            Some(other) => compare(&entry.value, &other.value, fold),
            None => missing(entry, &b.rest),
        });
    }
    for (name, entry) in &b.entries {
        if !a.entries.contains_key(name) {
            result = result.and(missing(entry, &a.rest));
        }
    }
    result
}

/// A text with its parts, whose ends are stripped while they are certainly the same.
struct Ends<'a> {
    parts: std::collections::VecDeque<ComparedPart<'a>>,
}

#[derive(Clone)]
enum ComparedPart<'a> {
    Text(Cow<'a, str>),
    Value(&'a Value),
}

impl<'a> Ends<'a> {
    fn new(parts: &'a [TextPart], fold: Fold) -> Self {
        let parts = parts
            .iter()
            .map(|part| match part {
                TextPart::Text(text) => ComparedPart::Text(match fold {
                    Fold::Exact => Cow::Borrowed(&**text),
                    Fold::Case | Fold::Subscription => Cow::Owned(text.to_ascii_lowercase()),
                    Fold::Region => Cow::Owned(
                        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect(),
                    ),
                }),
                TextPart::Value(value) => ComparedPart::Value(value),
            })
            .filter(|piece| !matches!(piece, ComparedPart::Text(text) if text.is_empty()))
            .collect();
        Self { parts }
    }

    fn must_hold_text(&self) -> bool {
        self.parts.iter().any(|piece| matches!(piece, ComparedPart::Text(_)))
    }
}

fn templates(a: &[TextPart], b: &[TextPart], fold: Fold) -> Comparison {
    if !work::pay(a.len() + b.len()) {
        return Comparison::Unknown;
    }
    match by_ends(a, b, fold) {
        // What can't be such a text at all is no other one.
        Comparison::Different if !a.iter().chain(b).all(|part| fits(part, fold)) => Comparison::Unknown,
        compared => compared,
    }
}

fn fits(part: &TextPart, fold: Fold) -> bool {
    match part {
        TextPart::Text(text) => fold.may_hold(text),
        TextPart::Value(_) => true,
    }
}

fn by_ends(a: &[TextPart], b: &[TextPart], fold: Fold) -> Comparison {
    let mut a = Ends::new(a, fold);
    let mut b = Ends::new(b, fold);
    for front in [true, false] {
        loop {
            let (x, y) = if front {
                (a.parts.pop_front(), b.parts.pop_front())
            } else {
                (a.parts.pop_back(), b.parts.pop_back())
            };
            let back = |ends: &mut Ends<'_>, piece: Option<ComparedPart<'_>>| {
                if let Some(piece) = piece {
                    let piece = match piece {
                        ComparedPart::Text(text) => ComparedPart::Text(Cow::Owned(text.into_owned())),
                        ComparedPart::Value(_) => return,
                    };
                    if front { ends.parts.push_front(piece) } else { ends.parts.push_back(piece) }
                }
            };
            match (x, y) {
                (Some(ComparedPart::Text(x)), Some(ComparedPart::Text(y))) => {
                    let same = if front { common_prefix(&x, &y) } else { common_suffix(&x, &y) };
                    if same < x.len() && same < y.len() {
                        return Comparison::Different;
                    }
                    let left =
                        |text: &str| if front { text[same..].to_owned() } else { text[..text.len() - same].to_owned() };
                    let (x, y) = (left(&x), left(&y));
                    back(&mut a, (!x.is_empty()).then(|| ComparedPart::Text(x.into())));
                    back(&mut b, (!y.is_empty()).then(|| ComparedPart::Text(y.into())));
                }
                (Some(ComparedPart::Value(x)), Some(ComparedPart::Value(y)))
                    if flat(x, y, fold) == Comparison::Equal => {}
                (x, y) => {
                    // Put back what was taken, and stop at this end.
                    for (ends, piece) in [(&mut a, x), (&mut b, y)] {
                        if let Some(piece) = piece {
                            if front { ends.parts.push_front(piece) } else { ends.parts.push_back(piece) }
                        }
                    }
                    break;
                }
            }
        }
    }
    match (a.parts.is_empty(), b.parts.is_empty()) {
        (true, true) => Comparison::Equal,
        (true, false) if b.must_hold_text() => Comparison::Different,
        (false, true) if a.must_hold_text() => Comparison::Different,
        _ => Comparison::Unknown,
    }
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map_or(a.len().min(b.len()), |((at, _), _)| at)
}

fn common_suffix(a: &str, b: &str) -> usize {
    a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum()
}
