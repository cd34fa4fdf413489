//! What a language's functions tell of themselves.

use std::fmt;

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

    /// Whether `function` gives its argument in another case.
    fn changes_case(&self, _function: &str) -> bool {
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

    /// Which item of a list `function` gives; `None` where it gives none.
    fn place(&self, _function: &str, _args: &[Value]) -> Option<Place> {
        None
    }

    /// Whether numbers of the language may have a fraction.
    fn has_fractions(&self) -> bool {
        false
    }

    /// Whether `function` looks at parts of a text by their place, such as its first four letters.
    fn looks_at_places(&self, _function: &str) -> bool {
        false
    }

    /// The texts that the patterns among the arguments of `function` are made of, for a function that has such; `None` where it has one that tells texts
    /// apart by more than the texts in it.
    fn texts_of_patterns(&self, _function: &str, _args: &[Value]) -> Option<Vec<String>> {
        Some(Vec::new())
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
}
