//! Runs the grammar's parser, within limits.

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Tree};

use super::SyntaxError;
use super::scan::is_hopeless;

/// After its first error a text is parsed for this many rounds, whatever its size, and for [`ROUNDS_PER_KIB`] more for each KiB of it.
/// A round is a hundred steps of the parser, so that the limit is the same on every machine. Real files with errors take 5 to 15 rounds
/// for a KiB; where nearly everything is wrong a round takes ten times as long.
const ROUNDS: usize = 1_000;
const ROUNDS_PER_KIB: usize = 2;

/// The limit for all pieces of a text that had to be split, and the text as a whole, together.
const ROUNDS_IN_ALL: usize = 2_000;
const ROUNDS_IN_ALL_PER_KIB: usize = 8;

/// A parser of Bicep.
pub(super) struct Grammar {
    parser: Parser,
    /// Rounds that are left for the text that is being parsed.
    left: usize,
}

impl Grammar {
    pub(super) fn new() -> Result<Self, SyntaxError> {
        let mut parser = Parser::new();
        match parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()) {
            Ok(()) => Ok(Self { parser, left: 0 }),
            Err(_) => Err(SyntaxError::new(0..0, "the grammar does not fit the parser")),
        }
    }

    /// The nodes of the whole of `text`; see [`Grammar::piece`].
    pub(super) fn nodes(&mut self, text: &str, before: Option<&Tree>) -> Result<Option<Tree>, SyntaxError> {
        self.left = ROUNDS_IN_ALL + text.len() / 1024 * ROUNDS_IN_ALL_PER_KIB;
        self.piece(text, before)
    }

    /// The nodes of a piece of the text that [`Grammar::nodes`] was last called for; `None` where so much of it is not Bicep that the parser gave up. `before`
    /// is the tree of an
    /// earlier text, to which the edits since have been applied.
    pub(super) fn piece(&mut self, text: &str, before: Option<&Tree>) -> Result<Option<Tree>, SyntaxError> {
        if u32::try_from(text.len()).is_err() {
            return Err(SyntaxError::new(0..0, "the file is larger than 4 GiB"));
        }
        if is_hopeless(text) {
            return Ok(None);
        }
        let most = self.left.min(ROUNDS + text.len() / 1024 * ROUNDS_PER_KIB);
        let (mut rounds, mut broken) = (0, false);
        let mut bounded = |state: &tree_sitter::ParseState| {
            broken |= state.has_error();
            rounds += usize::from(broken);
            if rounds > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let bytes = text.as_bytes();
        let mut rest = |at: usize, _| bytes.get(at..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut bounded);
        let tree = self.parser.parse_with_options(&mut rest, before, Some(options));
        self.left -= rounds.min(self.left);
        if tree.is_none() {
            // Else the next text would be parsed as the rest of this one.
            self.parser.reset();
        }
        Ok(tree)
    }
}
