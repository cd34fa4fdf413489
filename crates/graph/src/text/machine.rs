//! What a condition observes of a text, letter by letter: a machine that reads the text from its start and tells at any place what is observed if the text ends
//! there. All of them have few states, however long a text is.

use std::sync::Arc;

use super::state::{Observed, Reads, Splitter, State};
use super::steps::Step;
use crate::value::Pattern;

/// What is observed of a text.
#[derive(Clone, Debug)]
pub(crate) enum Machine {
    /// Which of these it is, by its index; their number where it is none of them.
    Is(Vec<Vec<char>>),
    /// Whether it starts with this: 1 or 0.
    Starts(Vec<char>),
    /// Whether it ends with it.
    Ends(Word),
    /// Whether it has it in it.
    Has(Word),
    /// Its length, up to this one.
    Length(u32),
    /// One more than the place at which the word is found first, up to this one; 0 where it isn't found.
    Position(Word, u32),
    /// Twice the whole number that it spells, up to this one; one more for a negative one.
    Number(u32),
    /// Whether the pattern matches.
    Matches(Arc<dyn Pattern>),
    /// How many matches there are: 1 where there are more.
    Found(Arc<dyn Pattern>),
    /// How many pieces there are between these separators, up to this number.
    Count(Splitter, u32),
    /// Whether one of the pieces is this.
    AnyPiece(Splitter, Vec<char>),
    /// What is observed of the text that a step makes of it.
    Of(Step, Box<Self>),
}

/// A word that is searched for.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    letters: Vec<char>,
    /// For each number of letters that were read of it: how many of them may be the start of it where the next one doesn't fit.
    fallback: Vec<usize>,
}

impl Word {
    pub(crate) fn new(letters: Vec<char>) -> Self {
        let mut fallback = vec![0; letters.len() + 1];
        let mut length = 0;
        for at in 1..letters.len() {
            while length > 0 && letters.get(at) != letters.get(length) {
                length = fallback.get(length).copied().unwrap_or(0);
            }
            length += usize::from(letters.get(at) == letters.get(length));
            if let Some(entry) = fallback.get_mut(at + 1) {
                *entry = length;
            }
        }
        Self { letters, fallback }
    }

    /// How many of its letters the text now ends with, after `read` and the letter `c`.
    fn read(&self, read: u32, c: char) -> u32 {
        let mut at = read as usize;
        loop {
            if self.letters.get(at) == Some(&c) {
                return read_u32(at + 1);
            }
            if at == 0 {
                return 0;
            }
            at = self.fallback.get(at).copied().unwrap_or(0);
        }
    }

    fn is_whole(&self, read: u32) -> bool {
        read as usize == self.letters.len()
    }
}

fn read_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Machine {
    /// The letters that it tells from others; `None` where it may tell apart any.
    pub(crate) fn letters(&self, out: &mut Vec<char>) -> Option<()> {
        match self {
            Self::Is(texts) => out.extend(texts.iter().flatten()),
            Self::Starts(text) => out.extend(text),
            Self::Ends(word) | Self::Has(word) | Self::Position(word, _) => out.extend(&word.letters),
            Self::Length(_) => {}
            Self::Number(_) => out.extend("-0123456789".chars()),
            Self::Matches(_) | Self::Found(_) => return None,
            Self::Count(splitter, _) => out.extend(splitter.0.iter().flatten()),
            Self::AnyPiece(splitter, text) => out.extend(splitter.0.iter().flatten().chain(text)),
            Self::Of(step, inner) => {
                inner.letters(out)?;
                step.letters(out)?;
            }
        }
        Some(())
    }

    /// Letters that show what it tells apart where [`Machine::letters`] can't say.
    pub(crate) fn samples(&self, out: &mut Vec<char>) {
        match self {
            Self::Matches(pattern) | Self::Found(pattern) => out.extend(pattern.letters()),
            Self::Of(step, inner) => {
                inner.samples(out);
                let _ = step.letters(out);
            }
            other => {
                let _ = other.letters(out);
            }
        }
    }

    fn first(&self) -> State {
        match self {
            Self::Is(texts) => State::Among(0, (0..texts.len()).collect()),
            Self::Starts(text) if text.is_empty() => State::Done(Some(1)),
            Self::Has(word) if word.letters.is_empty() => State::Done(Some(1)),
            Self::Position(word, _) if word.letters.is_empty() => State::Done(Some(1)),
            Self::Matches(pattern) | Self::Found(pattern) => State::At(pattern.start(), 0),
            Self::Count(..) | Self::AnyPiece(..) => State::Inner(1, Vec::new(), vec![self.piece_start()]),
            Self::Of(step, inner) => step.start(&**inner),
            _ => State::At(0, 0),
        }
    }

    /// The start of a piece, where one piece is looked for.
    fn piece_start(&self) -> State {
        State::Among(0, if matches!(self, Self::AnyPiece(..)) { vec![0] } else { Vec::new() })
    }

    fn after(&self, state: &State, c: char) -> State {
        if let State::Done(_) = state {
            return state.clone();
        }
        match (self, state) {
            (Self::Is(texts), State::Among(at, fit)) => among(texts, *at, fit, c),
            (Self::Starts(text), State::At(at, _)) => match text.get(*at as usize) == Some(&c) {
                true if *at as usize + 1 == text.len() => State::Done(Some(1)),
                true => State::At(at + 1, 0),
                false => State::Done(Some(0)),
            },
            (Self::Ends(word), State::At(at, _)) => State::At(word.read(*at, c), 0),
            (Self::Has(word), State::At(at, _)) => match word.read(*at, c) {
                read if word.is_whole(read) => State::Done(Some(1)),
                read => State::At(read, 0),
            },
            (Self::Length(most), State::At(at, _)) if at + 1 >= *most => State::Done(Some(*most)),
            (Self::Length(_), State::At(at, _)) => State::At(at + 1, 0),
            (Self::Position(word, most), State::At(at, before)) => match word.read(*at, c) {
                read if word.is_whole(read) => {
                    let first = (before + 2).saturating_sub(read);
                    State::Done(Some(first.min(*most)))
                }
                read => State::At(read, (before + 1).min(most + read_u32(word.letters.len()))),
            },
            (Self::Number(most), State::At(phase, value)) => number(*most, *phase, *value, c),
            (Self::Matches(pattern) | Self::Found(pattern), State::At(at, _)) => match pattern.next(*at, c) {
                Some(next) => State::At(next, 0),
                None => State::Done(Some(1)),
            },
            (Self::Count(splitter, most), State::Inner(count, open, inner)) => {
                let mut open = open.clone();
                let count = count + u32::from(splitter.read(&mut open, c, |_| {}));
                if count >= *most { State::Done(Some(*most)) } else { State::Inner(count, open, inner.clone()) }
            }
            (Self::AnyPiece(splitter, text), State::Inner(count, open, inner)) => {
                let texts = std::slice::from_ref(text);
                let (mut open, mut piece) = (open.clone(), inner.first().cloned().unwrap_or(State::Done(Some(1))));
                if !splitter.read(&mut open, c, |c| piece = among_state(texts, &piece, c)) {
                    return State::Inner(*count, open, vec![piece]);
                }
                match which(texts, &piece) {
                    0 => State::Done(Some(1)),
                    _ => State::Inner(*count, open, vec![self.piece_start()]),
                }
            }
            (Self::Of(step, inner), state) => step.read(&**inner, state, c),
            _ => State::Done(None),
        }
    }

    /// What is observed if the text ends here.
    fn at_end(&self, state: &State) -> Observed {
        if let State::Done(observed) = state {
            return *observed;
        }
        match (self, state) {
            (Self::Is(texts), state) => Some(which(texts, state)),
            (Self::Ends(word), State::At(at, _)) => Some(u32::from(word.is_whole(*at))),
            (Self::Starts(_) | Self::Has(_) | Self::Position(..), _) => Some(0),
            (Self::Length(most), State::At(at, _)) => Some((*at).min(*most)),
            (Self::Number(_), State::At(phase @ (DIGITS | NEGATIVE_DIGITS), value)) => {
                Some(value * 2 + u32::from(*phase == NEGATIVE_DIGITS))
            }
            (Self::Matches(pattern) | Self::Found(pattern), State::At(at, _)) => {
                Some(u32::from(pattern.matches_at_end(*at)))
            }
            (Self::Count(..), State::Inner(count, ..)) => Some(*count),
            (Self::AnyPiece(_, text), State::Inner(_, open, inner)) => {
                let texts = std::slice::from_ref(text);
                let piece = inner.first().cloned().unwrap_or(State::Done(Some(1)));
                let piece = open.iter().fold(piece, |piece, c| among_state(texts, &piece, *c));
                Some(u32::from(which(texts, &piece) == 0))
            }
            (Self::Of(step, inner), state) => step.end(&**inner, state),
            _ => None,
        }
    }
}

fn among_state(texts: &[Vec<char>], state: &State, c: char) -> State {
    match state {
        State::Among(at, fit) => among(texts, *at, fit, c),
        other => other.clone(),
    }
}

/// The texts that still fit after `c`, which is read at `at`.
fn among(texts: &[Vec<char>], at: usize, fit: &[usize], c: char) -> State {
    let fits = |index: &&usize| texts.get(**index).and_then(|text| text.get(at)) == Some(&c);
    let left: Vec<usize> = fit.iter().filter(fits).copied().collect();
    if left.is_empty() { State::Done(Some(read_u32(texts.len()))) } else { State::Among(at + 1, left) }
}

/// The index of the text that was read; the number of texts where it is none of them.
fn which(texts: &[Vec<char>], state: &State) -> u32 {
    match state {
        State::Among(at, fit) => {
            let found = fit.iter().find(|index| texts.get(**index).is_some_and(|text| text.len() == *at));
            read_u32(found.copied().unwrap_or(texts.len()))
        }
        State::Done(Some(found)) => *found,
        _ => read_u32(texts.len()),
    }
}

/// Nothing but a sign was read of a number.
const NEGATIVE: u32 = 1;
/// Digits were read.
const DIGITS: u32 = 2;
/// Digits were read after a sign.
const NEGATIVE_DIGITS: u32 = 3;
fn number(most: u32, phase: u32, value: u32, c: char) -> State {
    match (phase, c.to_digit(10)) {
        (0, None) if c == '-' => State::At(NEGATIVE, 0),
        // After a leading zero there is no further digit.
        (0, Some(digit)) => State::At(DIGITS, after(most, 0, digit)),
        (DIGITS, Some(digit)) if value > 0 => State::At(DIGITS, after(most, value, digit)),
        (NEGATIVE, Some(digit)) if digit > 0 => State::At(NEGATIVE_DIGITS, after(most, 0, digit)),
        (NEGATIVE_DIGITS, Some(digit)) => State::At(NEGATIVE_DIGITS, after(most, value, digit)),
        _ => State::Done(None),
    }
}

fn after(most: u32, value: u32, digit: u32) -> u32 {
    value.saturating_mul(10).saturating_add(digit).min(most)
}

impl Reads for Machine {
    fn start(&self) -> State {
        self.first()
    }

    fn read(&self, state: &State, c: char) -> State {
        self.after(state, c)
    }

    fn end(&self, state: &State) -> Observed {
        self.at_end(state)
    }
}
