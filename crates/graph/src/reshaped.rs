//! Texts that functions cut, split or change: what a text must have been for a function to make of it what a condition names.

use rustc_hash::FxHashSet;

use crate::probe::OTHER;
use crate::value::{Call, Kind, SymbolOrigin, Value};
use crate::work;

/// What a function makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reshaping {
    /// The list of its pieces between any of these separators.
    Split(Vec<String>),
    /// The text without one of these at its start, or at its end.
    Cut {
        /// What is taken away at the start.
        starts: Vec<String>,
        /// What is taken away at the end.
        ends: Vec<String>,
    },
    /// The text without so many of its first characters.
    Without(usize),
    /// The text with one part in place of another one.
    Replaced {
        /// What is looked for.
        from: String,
        /// What is put there.
        to: String,
    },
}

/// Which piece of a text, or item of a list, is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one at this index.
    At(usize),
    /// The one at this index, which is counted on from the start where there are not so many.
    Around(usize),
    /// Any.
    Any,
}

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
    fn inner(&self) -> &[TextStep] {
        let from = self.innermost().map_or(0, |(.., at)| at + 1);
        self.steps.get(from..).unwrap_or_default()
    }

    /// The separators of the innermost step, the step's place, and how many steps are outside of it.
    fn innermost(&self) -> Option<(&[String], Option<Place>, usize)> {
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
const MAX_TEXTS: usize = 1_500;
/// A text of more pieces than this is not made.
const MAX_PIECES: usize = 12;
/// The longest text in which each place is tried.
const MAX_PLACES: usize = 24;

/// Texts, each once.
#[derive(Default)]
struct Texts {
    known: FxHashSet<String>,
    all: Vec<String>,
}

impl Texts {
    fn add(&mut self, text: String) -> Option<()> {
        if !work::pay(1 + text.len() / 8) || self.all.len() >= MAX_TEXTS {
            return None;
        }
        if self.known.insert(text.clone()) {
            self.all.push(text);
        }
        Some(())
    }
}

/// The texts that show what `named` conditions tell apart, besides `texts`, which show it where nothing is cut or changed; `None` where these are too many.
/// `lengths` are those that texts and their pieces are tried with.
pub(crate) fn reshaped(named: &[Named], texts: &[String], lengths: &[usize]) -> Option<Vec<String>> {
    if named.iter().all(|condition| condition.steps.is_empty()) {
        return Some(Vec::new());
    }
    let mut made = Texts::default();
    let mut done: Vec<&[String]> = Vec::new();
    if are_mixed(named) {
        return None;
    }
    for condition in named {
        let Some((separators, ..)) = condition.innermost() else { continue };
        if !done.contains(&separators) {
            done.push(separators);
            joined(separators, named, condition.inner(), lengths, &mut made)?;
        }
    }
    let words = words(named);
    for condition in named {
        for step in condition.inner() {
            let from: Vec<String> = texts.iter().chain(&made.all).cloned().collect();
            before(step, &from, &words, &mut made)?;
        }
    }
    if named.iter().any(|condition| condition.is_sized && condition.innermost().is_none()) {
        for text in made.all.clone() {
            let taken = text.chars().count();
            let missing = lengths.iter().filter_map(|length| length.checked_sub(taken).filter(|n| *n > 0));
            missing.into_iter().try_for_each(|n| made.add(format!("{text}{}", OTHER.repeat(n))))?;
        }
    }
    Some(made.all)
}

/// Whether conditions cut or change one text in several ways before they look at it, or at pieces of it: no text is made that suits two such.
fn are_mixed(named: &[Named]) -> bool {
    [true, false].into_iter().any(|of_pieces| {
        let changing = named.iter().filter(|named| !named.steps.is_empty() && named.innermost().is_some() == of_pieces);
        let mut inner = changing.map(Named::inner);
        inner.next().is_some_and(|first| inner.any(|other| other != first))
    })
}

/// What a text may begin with or have in it: what conditions name of all of it, and separators.
fn words(named: &[Named]) -> Vec<String> {
    let mut out = whole(named, &[]);
    let separators = named.iter().filter_map(|condition| Some(condition.innermost()?.0)).flatten();
    out.extend(separators.cloned());
    out.sort();
    out.dedup();
    out
}

/// What `steps`, the innermost last, make of `text`.
fn after(steps: &[TextStep], text: &str) -> String {
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
fn whole(named: &[Named], separators: &[String]) -> Vec<String> {
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
fn before(step: &TextStep, from: &[String], whole: &[String], out: &mut Texts) -> Option<()> {
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

/// What is tried for the pieces of a text.
#[derive(Default)]
struct Pieces {
    /// For those at a place.
    own: Vec<(Place, Vec<String>)>,
    /// For those in which parts are looked for, the parts.
    searched: Vec<(Place, Vec<String>)>,
    /// So many pieces are looked at by their place.
    looked_at: usize,
    /// The number of pieces is asked for, or a length.
    are_counted: bool,
}

impl Pieces {
    /// What conditions name of the pieces between `separators`.
    fn of(separators: &[String], named: &[Named], lengths: &[usize]) -> Option<Self> {
        let mut out = Self::default();
        for condition in named {
            let Some((_, place, outside)) = condition.innermost().filter(|(own, ..)| *own == separators) else {
                continue;
            };
            if let Some(Place::At(at) | Place::Around(at)) = place {
                out.looked_at = out.looked_at.max(at + 1);
            }
            if condition.is_wanted() || condition.is_sized {
                let texts = of_piece(condition, outside, lengths)?;
                out.own.push((place.unwrap_or(Place::Any), texts));
                if condition.searches {
                    out.searched.push((place.unwrap_or(Place::Any), condition.texts.clone()));
                }
            }
        }
        out.are_counted = named.iter().any(|condition| condition.is_sized);
        out.combine()?;
        (out.looked_at <= MAX_PIECES).then_some(out)
    }

    /// Adds pieces that have what two conditions look for.
    fn combine(&mut self) -> Option<()> {
        for (at, (place, texts)) in self.searched.iter().enumerate() {
            let of_same = self.searched.iter().enumerate().filter(|(other, (of, _))| *other != at && of == place);
            for (_, (_, others)) in of_same {
                if !work::pay(texts.len() * others.len().max(1)) {
                    return None;
                }
                let both = texts.iter().flat_map(|text| others.iter().map(move |other| (text, other)));
                let made = both.flat_map(|(text, other)| [format!("{text}{other}"), format!("{text}{OTHER}{other}")]);
                self.own.push((*place, made.collect()));
            }
        }
        Some(())
    }

    /// What conditions name of the piece at `at` of `count`.
    fn at(&self, at: usize, count: usize) -> impl Iterator<Item = &String> {
        let is_there = move |place: &Place| match place {
            Place::At(place) => *place == at,
            Place::Around(place) => place.checked_rem(count) == Some(at),
            Place::Any => true,
        };
        self.own.iter().filter(move |(place, _)| is_there(place)).flat_map(|(_, texts)| texts)
    }
}

/// What `condition` tells apart in a piece that it reaches by the steps after the first `outside`.
fn of_piece(condition: &Named, outside: usize, lengths: &[usize]) -> Option<Vec<String>> {
    let mut texts = Texts::default();
    condition.texts.iter().try_for_each(|text| texts.add(text.clone()))?;
    if condition.searches {
        for text in &condition.texts {
            texts.add(format!("{text}{OTHER}"))?;
            texts.add(format!("{OTHER}{text}"))?;
            condition.texts.iter().try_for_each(|other| texts.add(format!("{text}{other}")))?;
        }
    }
    let is_of_piece = matches!(condition.innermost(), Some((_, Some(_), _)));
    if condition.is_sized && is_of_piece {
        lengths.iter().try_for_each(|length| texts.add(OTHER.repeat(*length)))?;
    }
    for step in condition.steps.iter().take(outside) {
        let from = texts.all.clone();
        before(step, &from, &[], &mut texts)?;
    }
    Some(texts.all)
}

/// Adds texts whose pieces between `separators` are what `named` conditions look for, and whose starts, ends and parts are those that others name, after what
/// `inner` steps make of these.
fn joined(
    separators: &[String],
    named: &[Named],
    inner: &[TextStep],
    lengths: &[usize],
    out: &mut Texts,
) -> Option<()> {
    /// Pieces behind those that are looked at: what is somewhere, and the end.
    const BEHIND: usize = 4;
    let pieces = Pieces::of(separators, named, lengths)?;
    let mut whole = whole(named, separators);
    if !inner.is_empty() {
        let changed: Vec<String> = whole.iter().map(|text| after(inner, text)).collect();
        whole.extend(changed);
        whole.sort();
        whole.dedup();
    }
    let parts = |text: &String| separators.iter().map(|separator| text.matches(separator.as_str()).count()).max();
    let is_of_whole = |condition: &Named| condition.is_denied && condition.innermost().is_none();
    let behind = whole.iter().filter_map(parts).map(|count| count + 1).sum::<usize>()
        + usize::from(named.iter().any(is_of_whole));
    let most = pieces.looked_at.max(1) + behind.clamp(1, BEHIND);
    for separator in separators {
        let mut counts: Vec<usize> = (1..=most).collect();
        counts.extend(lengths.iter().filter(|n| pieces.are_counted && **n > most && **n <= MAX_PIECES));
        for count in counts {
            let choices: Vec<Vec<String>> =
                (0..count).map(|at| choices((at, count), &pieces, &whole, separator)).collect();
            tuples(&choices, separator, out)?;
        }
    }
    Some(())
}

/// What is tried for the piece at a place of so many.
fn choices((at, count): (usize, usize), pieces: &Pieces, whole: &[String], separator: &str) -> Vec<String> {
    let own = || pieces.at(at, count);
    let mut out: Vec<String> = vec![OTHER.to_owned()];
    out.extend(pieces.are_counted.then(String::new));
    out.extend(own().cloned());
    for text in whole {
        let parts: Vec<&str> = text.split(separator).collect();
        // It is at the start of the text.
        if let Some(part) = parts.get(at) {
            out.push((*part).to_owned());
            if at + 1 == parts.len() {
                out.push(format!("{part}{OTHER}"));
                out.extend(own().filter(|own| !own.starts_with(part)).map(|own| format!("{part}{own}")));
            }
        }
        // It is at the end.
        let from_end = count - at;
        if let Some(part) = parts.len().checked_sub(from_end).and_then(|at| parts.get(at)) {
            out.push((*part).to_owned());
            if from_end == parts.len() {
                out.push(format!("{OTHER}{part}"));
                out.extend(own().filter(|own| !own.ends_with(part)).map(|own| format!("{own}{part}")));
            }
        }
        // It is somewhere within it.
        if at >= pieces.looked_at && at + 1 < count {
            out.push(text.clone());
        }
    }
    out.retain(|piece| at >= pieces.looked_at || !piece.contains(separator));
    out.sort();
    out.dedup();
    out
}

/// Adds each text of one of the `choices` for each piece.
fn tuples(choices: &[Vec<String>], separator: &str, out: &mut Texts) -> Option<()> {
    let mut texts: Vec<String> = vec![String::new()];
    for (at, pieces) in choices.iter().enumerate() {
        let count = texts.len().checked_mul(pieces.len()).filter(|count| *count <= MAX_TEXTS && work::pay(*count))?;
        let mut longer = Vec::with_capacity(count);
        for text in &texts {
            for piece in pieces {
                longer.push(if at == 0 { piece.clone() } else { format!("{text}{separator}{piece}") });
            }
        }
        texts = longer;
    }
    texts.into_iter().try_for_each(|text| out.add(text))
}
