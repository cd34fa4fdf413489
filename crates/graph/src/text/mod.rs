//! Texts that show what conditions tell apart. Each condition is a machine that reads a text letter by letter; a search through what all of them have read finds a text of which all of them hold,
//! or shows that there is none.

mod machine;
mod observed;
mod search;
mod state;
mod steps;
mod table;

pub(crate) use observed::texts;

/// A letter that no condition names.
pub(crate) const OTHER_LETTER: char = '~';
/// A text that no condition names.
pub(crate) const OTHER: &str = "~";
