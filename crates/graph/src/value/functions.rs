//! What a language's functions tell of themselves.

use std::fmt;
use std::sync::Arc;

use super::Value;

/// The result of a function for known arguments.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// This value.
    Value(Value),
    /// Nothing: the deployment fails.
    Fails,
    /// Nothing that is known.
    Unknown,
}

/// What a function makes of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The sum of two.
    Sum,
    /// The first without the second.
    Difference,
    /// The product of two.
    Product,
    /// The first divided by the second.
    Quotient,
    /// The first divided by the second, without the fraction.
    WholeQuotient,
    /// What is left where the first is divided by the second.
    Remainder,
    /// A whole number beside its argument.
    Rounded,
    /// Its argument without the sign, or with the other one.
    OfSign,
    /// Which of several is greater, or the greatest or least itself.
    Order,
}

/// What a function makes of a text, or of the list of its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reshaping {
    /// The list of its pieces between any of these separators.
    Split(Vec<String>),
    /// The pieces in the opposite order.
    Reversed,
    /// The text in another case.
    Cased(Case),
    /// The text without this at its start, where it is there.
    CutStart(String),
    /// The text without this at its end, where it is there.
    CutEnd(String),
    /// The text without these letters, at the start or the end or both.
    Trimmed {
        /// The letters.
        letters: String,
        /// They are taken away at the start.
        at_start: bool,
        /// They are taken away at the end.
        at_end: bool,
    },
    /// A part of the text by its place.
    Slice {
        /// So many letters are before it.
        skip: usize,
        /// So many it has; all that are left where it is `None`.
        take: Option<usize>,
        /// A shorter text fails.
        strict: bool,
    },
    /// The text with one part in place of another one.
    Replaced {
        /// What is looked for.
        from: String,
        /// What is put there.
        to: String,
    },
}

/// A case that a function gives a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// A capital letter at the start of each word.
    Title,
}

/// Which piece of a text, or item of a list, is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one at this index.
    At(usize),
    /// The one at this index, counted from the end: the last one is 0.
    FromEnd(usize),
    /// The one at this index, which is counted on from the start where there are not so many.
    Around(usize),
    /// Any.
    Any,
}

/// A part of an object or a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The member of that name.
    Member(String),
    /// The item at that index.
    Item(usize),
    /// The item at that index, counted from the end: the last one is 0.
    FromEnd(usize),
}

/// What a function tells of a text.
#[derive(Clone, Debug)]
pub enum TextTest {
    /// Whether the text starts with this.
    Starts(String),
    /// Whether it ends with it.
    Ends(String),
    /// Whether it has it in it.
    Has(String),
    /// At which place it has it first, from 0; -1 where it hasn't.
    Position(String),
    /// The whole number that it spells; all else fails, or is another number.
    Number,
    /// The match of a pattern; what has none fails.
    Match(Arc<dyn Pattern>),
    /// The list of all matches.
    Matches(Arc<dyn Pattern>),
    /// The test is that of the text in small letters.
    AnyCase(Box<Self>),
}

/// A pattern that reads a text letter by letter.
pub trait Pattern: fmt::Debug + Send + Sync {
    /// The state before the first letter.
    fn start(&self) -> u32;

    /// The state after one more letter; `None` where the pattern matches, whatever follows.
    fn next(&self, state: u32, letter: char) -> Option<u32>;

    /// Whether the pattern matches if the text ends here.
    fn matches_at_end(&self, state: u32) -> bool;

    /// Letters of all kinds that it tells apart.
    fn letters(&self) -> Vec<char>;
}

/// The pure functions and operators of a language.
pub trait Functions: fmt::Debug + Sync {
    /// The result of `function` for `args`.
    fn evaluate(&self, function: &str, args: &[Value]) -> Outcome;

    /// Whether everything that `function` can distinguish in an unknown text shows when it is tried with the texts in the conditions, their
    /// combinations, and others: it compares, orders, counts, or searches for a part.
    fn only_compares(&self, function: &str) -> bool;

    /// Whether `function` searches a text for a part.
    fn looks_for_parts(&self, function: &str) -> bool;

    /// Whether `function` tells whether its two arguments are equal.
    fn compares(&self, _function: &str) -> bool {
        false
    }

    /// Whether `function` gives the text of its argument, perhaps in another case.
    fn keeps_text(&self, _function: &str) -> bool {
        false
    }

    /// Whether `function` searches a list for an item.
    fn looks_for_members(&self, _function: &str) -> bool {
        false
    }

    /// Whether `function` distinguishes lists by items that are in them more than once.
    fn looks_for_repeats(&self, _function: &str) -> bool {
        false
    }

    /// Whether `function` distinguishes lists by items that are empty.
    fn looks_for_blanks(&self, _function: &str) -> bool {
        false
    }

    /// Whether `function` tells how long a text or a list is.
    fn counts(&self, _function: &str) -> bool {
        false
    }

    /// What `function` makes of numbers, where it makes numbers of numbers or orders them; `None` for any other function.
    fn arithmetic(&self, _function: &str) -> Option<Arithmetic> {
        None
    }

    /// What `function` makes of the one of `args` that is not known, where that is a text which it cuts, splits or changes; `None` where it does nothing of
    /// that, or it can't be told what it makes.
    fn reshaping(&self, _function: &str, _args: &[Value]) -> Option<Reshaping> {
        None
    }

    /// What `function` tells of the one of `args` that is not known, where that is a text; `None` where it tells nothing of a text, or anything else.
    fn test(&self, _function: &str, _args: &[Value]) -> Option<TextTest> {
        None
    }

    /// Which item of a list `function` gives; `None` where it gives none.
    fn place(&self, _function: &str, _args: &[Value]) -> Option<Place> {
        None
    }

    /// Whether numbers of the language may have a fraction.
    fn has_fractions(&self) -> bool {
        false
    }

    /// Whether `function` may have a value where evaluating an argument fails (`try`, `and`, `if`).
    fn catches_failure(&self, function: &str) -> bool;

    /// What [`evaluate`](Self::evaluate) is to be given in place of an argument that fails, where `function` catches failures; `None` where it can't be told
    /// what the function makes of it.
    fn failed_argument(&self, _function: &str) -> Option<Value> {
        None
    }

    /// Whether `function` takes a part of its first argument, so that the part of one that is not known is an unknown of its own.
    fn steps_into(&self, function: &str) -> bool;

    /// Which part of the first of `args` `function` takes, where it fails or is null for all that has no such part; `None` where it does anything else.
    fn part(&self, _function: &str, _args: &[Value]) -> Option<Part> {
        None
    }

    /// The names of the members that `function` takes of each item of a list.
    fn members(&self, _function: &str) -> Vec<String> {
        Vec::new()
    }

    /// Whether the two are equal, one of which is made by calls of arithmetic that have no finite number; `None` where that can't be told.
    fn are_equal(&self, _a: &Value, _b: &Value) -> Option<bool> {
        None
    }
}
