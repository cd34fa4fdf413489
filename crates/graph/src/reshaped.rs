//! Texts that functions cut, split or change: what a text must have been for a function to make of it what a condition names.

use rustc_hash::FxHashSet;

use crate::value::{Call, Kind, Place, Reshaping, SymbolOrigin, Value};
use crate::work;

/// A text that no condition names.
pub(crate) const OTHER: &str = "~";

/// One step by which a condition reaches a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextStep {
    /// A piece between separators, the one at this place or whichever there are.
    Piece { separators: Vec<String>, place: Option<Place> },
    /// Any other change.
    Changed(Reshaping),
}

/// What one condition names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) texts: Vec<String>,
    /// How it reaches them, the outermost step first.
    pub(crate) steps: Vec<TextStep>,
    /// The place that is looked at in what is reached next.
    pub(crate) place: Option<Place>,
    /// It looks for parts.
    pub(crate) searches: bool,
    /// It asks for a length.
    pub(crate) is_sized: bool,
    /// It asks what a function makes of a failure, or of a condition.
    pub(crate) nests: bool,
    /// It is assumed not to be so.
    pub(crate) is_denied: bool,
}

impl Named {
    pub(crate) fn step(&mut self, reshaping: Reshaping) {
        let place = self.place.take();
        let step = match reshaping {
            Reshaping::Split(separators) => TextStep::Piece { separators, place },
            other => TextStep::Changed(other),
        };
        let is_there = |known: &TextStep| match (known, &step) {
            (TextStep::Piece { separators: a, .. }, TextStep::Piece { separators: b, .. }) => a == b,
            (known, step) => known == step,
        };
        if !self.steps.iter().any(is_there) {
            self.steps.push(step);
        }
    }

    /// Whether it is one that a text must have what it names for.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.is_denied || self.nests
    }

    /// The steps within the innermost one that leads to a piece.
    pub(crate) fn inner(&self) -> &[TextStep] {
        let from = self.innermost().map_or(0, |(.., at)| at + 1);
        self.steps.get(from..).unwrap_or_default()
    }

    /// The separators of the innermost step, the step's place, and how many steps are outside of it.
    pub(crate) fn innermost(&self) -> Option<(&[String], Option<Place>, usize)> {
        self.steps.iter().enumerate().rev().find_map(|(at, step)| match step {
            TextStep::Piece { separators, place } => Some((&separators[..], *place, at)),
            TextStep::Changed(_) => None,
        })
    }
}

/// Whether `value` is made of the pieces of a text, so that its items are no unknowns of their own.
pub(crate) fn is_of_pieces(value: &Value) -> bool {
    const MAX_DEPTH: usize = 8;
    let mut at = value;
    for _ in 0..MAX_DEPTH {
        let Kind::Symbol(symbol) = &at.kind else { return false };
        let SymbolOrigin::Call(call) = symbol.origin() else { return false };
        match reshaping(call) {
            Some(Reshaping::Split(_)) => return true,
            Some(_) => return false,
            None => match call.args().first() {
                Some(first) => at = first,
                None => return false,
            },
        }
    }
    false
}

/// What `call` makes of a text, where it does nothing else.
pub(crate) fn reshaping(call: &Call) -> Option<Reshaping> {
    call.functions()?.reshaping(call.function(), call.args())
}

/// More texts than this are not made.
pub(crate) const MAX_TEXTS: usize = 1_500;
/// A text of more pieces than this is not made.
pub(crate) const MAX_PIECES: usize = 12;
/// A text from which more characters are taken away is not made.
const MAX_CUT: usize = 1_000;
/// The longest text in which each place is tried.
const MAX_PLACES: usize = 24;

/// Texts, each once.
#[derive(Default)]
pub(crate) struct Texts {
    known: FxHashSet<String>,
    pub(crate) all: Vec<String>,
}

impl Texts {
    pub(crate) fn add(&mut self, text: String) -> Option<()> {
        if !work::pay(2 + text.len() / 4) || self.all.len() >= MAX_TEXTS {
            return None;
        }
        if self.known.insert(text.clone()) {
            self.all.push(text);
        }
        Some(())
    }
}

/// Pays for texts of so many bytes in all, before they are made.
pub(crate) fn pay_for(bytes: usize) -> Option<()> {
    work::pay(1 + bytes / 8).then_some(())
}

/// The bytes of all `texts`.
pub(crate) fn bytes_of(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

/// What `steps`, the innermost last, make of `text`.
pub(crate) fn after(steps: &[TextStep], text: &str) -> String {
    let mut at = text.to_owned();
    for step in steps.iter().rev() {
        at = match step {
            TextStep::Changed(Reshaping::Cut { starts, ends }) => {
                let start = starts.iter().find_map(|start| at.strip_prefix(start.as_str())).unwrap_or(&at);
                ends.iter().find_map(|end| start.strip_suffix(end.as_str())).unwrap_or(start).to_owned()
            }
            TextStep::Changed(Reshaping::Without(count)) => at.chars().skip(*count).collect(),
            TextStep::Changed(Reshaping::Replaced { from, to }) => at.replace(from, to),
            TextStep::Changed(Reshaping::Split(_)) | TextStep::Piece { .. } => at,
        };
    }
    at
}

/// What conditions name that don't look at pieces between `separators`: parts of the whole text.
pub(crate) fn whole(named: &[Named], separators: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    for condition in named.iter().filter(|condition| condition.is_wanted()) {
        match condition.innermost() {
            None => out.extend(condition.texts.iter().cloned()),
            Some((own, ..)) if own == separators || separators.is_empty() => {}
            // Pieces between others.
            Some((others, ..)) => {
                for (text, other) in
                    condition.texts.iter().flat_map(|text| others.iter().map(move |other| (text, other)))
                {
                    out.extend([text.clone(), format!("{text}{other}{OTHER}"), format!("{OTHER}{other}{text}")]);
                }
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The same `texts` with starts and ends in the case in which conditions on parts name them.
pub(crate) fn in_case_of_parts(named: &[Named], texts: &[String]) -> Option<Vec<String>> {
    let searching = named.iter().filter(|condition| condition.searches && condition.is_wanted());
    let parts: Vec<&String> = searching.flat_map(|condition| &condition.texts).collect();
    let mut out = Texts::default();
    for text in texts {
        for part in parts.iter().filter(|part| !part.is_empty() && part.len() < text.len()) {
            let (start, end) =
                (text.get(..part.len()), text.len().checked_sub(part.len()).and_then(|at| text.get(at..)));
            let is_like =
                |found: Option<&str>| found.is_some_and(|found| found != **part && found.eq_ignore_ascii_case(part));
            if is_like(start) {
                out.add(format!("{part}{}", text.get(part.len()..)?))?;
            }
            if is_like(end) {
                out.add(format!("{}{part}", text.get(..text.len() - part.len())?))?;
            }
        }
    }
    Some(out.all)
}

/// Adds the texts of which `step` makes those in `from`.
pub(crate) fn before(step: &TextStep, from: &[String], whole: &[String], out: &mut Texts) -> Option<()> {
    match step {
        TextStep::Piece { separators, place } => {
            let at = match place {
                Some(Place::At(at) | Place::Around(at)) => *at,
                Some(Place::Any) | None => 0,
            };
            for separator in separators {
                let start = format!("{OTHER}{separator}").repeat(at.min(MAX_PIECES));
                for text in from {
                    out.add(format!("{start}{text}"))?;
                    out.add(format!("{start}{text}{separator}{OTHER}"))?;
                }
            }
        }
        TextStep::Changed(Reshaping::Cut { starts, ends }) => {
            for text in from {
                starts.iter().try_for_each(|start| out.add(format!("{start}{text}")))?;
                ends.iter().try_for_each(|end| out.add(format!("{text}{end}")))?;
                if let ([start, ..], [end, ..]) = (&starts[..], &ends[..]) {
                    out.add(format!("{start}{text}{end}"))?;
                }
            }
        }
        TextStep::Changed(Reshaping::Without(count)) if *count > MAX_CUT => return None,
        TextStep::Changed(Reshaping::Without(count)) => {
            let padded = |word: &str| word.chars().chain(OTHER.chars().cycle()).take(*count).collect::<String>();
            let mut starts: Vec<String> = whole.iter().map(|word| padded(word)).chain([padded("")]).collect();
            starts.sort();
            starts.dedup();
            for start in &starts {
                from.iter().try_for_each(|text| out.add(format!("{start}{text}")))?;
            }
        }
        TextStep::Changed(Reshaping::Replaced { from: part, to }) => {
            from.iter().try_for_each(|text| replaced(text, part, to, whole, out))?;
        }
        TextStep::Changed(Reshaping::Split(_)) => {}
    }
    Some(())
}

/// Adds texts that become `text` where `part` is replaced by `to`.
fn replaced(text: &str, part: &str, to: &str, whole: &[String], out: &mut Texts) -> Option<()> {
    if part.is_empty() || text.contains(part) {
        return Some(());
    }
    // What another condition names, at its start or end.
    for other in whole.iter().filter(|other| other.contains(part)) {
        let made = other.replace(part, to);
        if let Some(rest) = text.strip_prefix(&made) {
            out.add(format!("{other}{rest}"))?;
        }
        if let Some(rest) = text.strip_suffix(&made) {
            out.add(format!("{rest}{other}"))?;
        }
    }
    if !to.is_empty() {
        out.add(text.replace(to, part))?;
        out.add(text.replacen(to, part, 1))?;
        return Some(());
    }
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    for at in places.take(MAX_PLACES) {
        let (start, end) = text.split_at_checked(at)?;
        out.add(format!("{start}{part}{end}"))?;
    }
    Some(())
}
