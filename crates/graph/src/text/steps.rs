//! The steps by which a function makes one text of another, letter by letter, for a machine that observes what is made.

use rustc_hash::FxHashSet;

use super::state::{Observed, Reads, Splitter, State, fed};
use crate::value::{Case, Place};

/// What is made of a text.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The same in another case.
    Cased(Case),
    /// What is left without so many letters at its start, and of that so many; where `strict`, a text that has not so many fails.
    Slice { skip: u32, take: Option<u32>, strict: bool },
    /// What is left without this at its start, where it is there.
    CutStart(Vec<char>),
    /// What is left without this at its end, where it is there.
    CutEnd(Vec<char>),
    /// What is left without these letters at its start and its end.
    Trimmed { letters: Vec<char>, at_start: bool, at_end: bool },
    /// The text with one part replaced by another.
    Replaced { from: Splitter, letters: Vec<char>, to: Vec<char> },
    /// One of its pieces.
    Piece { splitter: Splitter, letters: Vec<char>, place: Place },
    /// The text between two others.
    Between(Vec<char>, Vec<char>),
}

/// Letters are given on as they are.
const THROUGH: u32 = u32::MAX;

impl Step {
    /// Adds the letters that it treats differently from others, after those that the machine behind it does; `None` where these may be any.
    pub(super) fn letters(&self, out: &mut Vec<char>) -> Option<()> {
        match self {
            Self::Cased(Case::Title) => return None,
            Self::Cased(_) => {
                let cases = |c: &char| c.to_lowercase().chain(c.to_uppercase()).collect::<Vec<char>>();
                let all: Vec<char> = out.iter().flat_map(cases).collect();
                out.extend(all);
                // Else each of several steps would multiply them.
                let mut known = FxHashSet::default();
                out.retain(|letter| known.insert(*letter));
            }
            Self::Slice { .. } => {}
            Self::CutStart(letters)
            | Self::CutEnd(letters)
            | Self::Trimmed { letters, .. }
            | Self::Replaced { letters, .. }
            | Self::Piece { letters, .. } => out.extend(letters),
            Self::Between(before, after) => out.extend(before.iter().chain(after)),
        }
        Some(())
    }

    pub(super) fn start(&self, inner: &dyn Reads) -> State {
        match self {
            Self::Cased(Case::Lower | Case::Upper) => inner.start(),
            Self::Slice { skip: 0, take: Some(0), .. } => State::Done(inner.end(&inner.start())),
            Self::Between(before, _) => fed(inner, inner.start(), before.iter().copied()),
            Self::Trimmed { .. } => State::Inner(0, Vec::new(), vec![inner.start(), inner.start()]),
            Self::CutStart(cut) if cut.is_empty() => State::Inner(THROUGH, Vec::new(), vec![inner.start()]),
            _ => State::Inner(0, Vec::new(), vec![inner.start()]),
        }
    }

    pub(super) fn read(&self, inner: &dyn Reads, state: &State, c: char) -> State {
        let (count, open, states) = match (self, state) {
            (Self::Cased(Case::Lower), state) => return fed(inner, state.clone(), c.to_lowercase()),
            (Self::Cased(Case::Upper), state) => return fed(inner, state.clone(), c.to_uppercase()),
            (Self::Between(..), state) => return inner.read(state, c),
            (_, State::Inner(count, open, states)) => (*count, open, states),
            _ => return State::Done(None),
        };
        let Some(first) = states.first() else { return State::Done(None) };
        match self {
            Self::Cased(_) => {
                let is_first = count == 0;
                let made = if is_first { fed(inner, first.clone(), c.to_uppercase()) } else { inner.read(first, c) };
                let in_word = c.is_alphanumeric() || c == '_' || !c.is_ascii() && !c.is_whitespace();
                State::Inner(u32::from(in_word), Vec::new(), vec![made])
            }
            Self::Slice { skip, .. } if count < *skip => self.sliced(inner, count + 1, first.clone()),
            Self::Slice { .. } => self.sliced(inner, count.saturating_add(1), inner.read(first, c)),
            Self::CutStart(_) if count == THROUGH => State::Inner(count, Vec::new(), vec![inner.read(first, c)]),
            Self::CutStart(cut) => match cut.get(count as usize) == Some(&c) {
                true if count as usize + 1 == cut.len() => State::Inner(THROUGH, Vec::new(), vec![first.clone()]),
                true => State::Inner(count + 1, Vec::new(), vec![first.clone()]),
                false => {
                    let read = cut.iter().take(count as usize).copied().chain([c]);
                    State::Inner(THROUGH, Vec::new(), vec![fed(inner, first.clone(), read)])
                }
            },
            Self::CutEnd(cut) => {
                let (mut open, mut first) = (open.clone(), first.clone());
                open.push(c);
                if open.len() > cut.len() {
                    first = inner.read(&first, open.remove(0));
                }
                State::Inner(count, open, vec![first])
            }
            Self::Trimmed { letters, at_start, at_end } => {
                let is_trimmed = letters.contains(&c);
                if *at_start && count == 0 && is_trimmed {
                    return state.clone();
                }
                let all = inner.read(first, c);
                let last = match states.get(1) {
                    Some(last) if is_trimmed && *at_end => last.clone(),
                    _ => all.clone(),
                };
                State::Inner(1, Vec::new(), vec![all, last])
            }
            Self::Replaced { from, to, .. } => {
                let (mut open, mut first) = (open.clone(), first.clone());
                if from.read(&mut open, c, |c| first = inner.read(&first, c)) {
                    first = fed(inner, first, to.iter().copied());
                }
                State::Inner(count, open, vec![first])
            }
            Self::Piece { splitter, place, .. } => piece((splitter, *place), inner, (count, open, states), c),
            Self::Between(..) => State::Done(None),
        }
    }

    /// The state of a slice after so many letters.
    fn sliced(&self, inner: &dyn Reads, count: u32, state: State) -> State {
        let Self::Slice { skip, take, .. } = self else { return State::Done(None) };
        match take {
            Some(take) if count >= skip.saturating_add(*take) => State::Done(inner.end(&state)),
            // More need not be counted.
            None => State::Inner(count.min(*skip), Vec::new(), vec![state]),
            _ => State::Inner(count, Vec::new(), vec![state]),
        }
    }

    pub(super) fn end(&self, inner: &dyn Reads, state: &State) -> Observed {
        let (count, open, states) = match (self, state) {
            (Self::Cased(Case::Lower | Case::Upper), state) => return inner.end(state),
            (Self::Between(_, after), state) => return inner.end(&fed(inner, state.clone(), after.iter().copied())),
            (_, State::Inner(count, open, states)) => (*count, open, states),
            _ => return None,
        };
        let first = states.first()?;
        match self {
            Self::Slice { skip, take, strict: true } if count < skip + take.unwrap_or(0) => None,
            Self::CutStart(cut) if count != THROUGH => {
                inner.end(&fed(inner, first.clone(), cut.iter().take(count as usize).copied()))
            }
            Self::CutEnd(cut) if open == cut => inner.end(first),
            Self::CutEnd(_) | Self::Replaced { .. } => inner.end(&fed(inner, first.clone(), open.iter().copied())),
            Self::Trimmed { .. } => inner.end(states.get(1)?),
            Self::Piece { place, .. } => {
                let mut states = states.clone();
                if let Some(last) = states.last_mut() {
                    *last = fed(inner, last.clone(), open.iter().copied());
                }
                let at = match place {
                    Place::At(at) if count as usize == *at => 0,
                    Place::FromEnd(at) if count as usize >= *at => 0,
                    Place::Around(at) => at.checked_rem(count as usize + 1)?,
                    Place::At(_) | Place::FromEnd(_) | Place::Any => return None,
                };
                inner.end(states.get(at)?)
            }
            _ => inner.end(first),
        }
    }
}

/// The state of what looks at a piece at a place: of the piece itself, of all up to it, or of the last ones.
fn piece(
    (splitter, place): (&Splitter, Place),
    inner: &dyn Reads,
    (count, open, states): (u32, &[char], &[State]),
    c: char,
) -> State {
    let (mut open, mut states) = (open.to_vec(), states.to_vec());
    let is_looked_at = !matches!(place, Place::At(at) if at != count as usize);
    let is_end = splitter.read(&mut open, c, |c| {
        if let Some(last) = states.last_mut().filter(|_| is_looked_at) {
            *last = inner.read(last, c);
        }
    });
    if !is_end {
        return State::Inner(count, open, states);
    }
    if let Some(last) = states.last_mut().filter(|_| is_looked_at) {
        *last = State::Done(inner.end(last));
    }
    match place {
        Place::At(at) | Place::Around(at) if at == count as usize => {
            states.last().cloned().unwrap_or(State::Done(None))
        }
        Place::At(_) | Place::Any => State::Inner(count + 1, open, states),
        Place::Around(_) => {
            states.push(inner.start());
            State::Inner(count + 1, open, states)
        }
        Place::FromEnd(at) => {
            states.push(inner.start());
            if states.len() > at + 1 {
                states.remove(0);
            }
            State::Inner((count + 1).min(u32::try_from(at).unwrap_or(u32::MAX)), open, states)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_steps_that_change_the_case_tell_no_letter_twice() {
        let mut letters = vec!['a', 'B', '1'];
        for _ in 0..40 {
            Step::Cased(Case::Lower).letters(&mut letters).unwrap();
        }
        assert_eq!(letters, ['a', 'B', '1', 'A', 'b']);
    }
}
