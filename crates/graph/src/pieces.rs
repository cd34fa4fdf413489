//! Texts whose pieces between separators are what conditions look for.

use crate::reshaped::{MAX_PIECES, MAX_TEXTS, Named, OTHER, TextStep, Texts, after, before, bytes_of, pay_for, whole};
use crate::value::Place;

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
                let bytes = bytes_of(texts).saturating_mul(others.len()) + bytes_of(others).saturating_mul(texts.len());
                pay_for(bytes.saturating_mul(2).saturating_add(texts.len() * others.len()))?;
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
    let size = bytes_of(&whole) + pieces.own.iter().map(|(_, texts)| bytes_of(texts)).sum::<usize>();
    for separator in separators {
        let mut counts: Vec<usize> = (1..=most).collect();
        counts.extend(lengths.iter().filter(|n| pieces.are_counted && **n > most && **n <= MAX_PIECES));
        for count in counts {
            // Each piece may be one of them, or what begins or ends with it.
            pay_for(size.saturating_mul(4 * count))?;
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
        let count = texts.len().checked_mul(pieces.len()).filter(|count| *count <= MAX_TEXTS)?;
        let bytes = bytes_of(&texts).saturating_mul(pieces.len()) + bytes_of(pieces).saturating_mul(texts.len());
        pay_for(bytes.saturating_add(count * 8))?;
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
