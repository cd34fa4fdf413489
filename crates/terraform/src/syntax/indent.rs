//! The common indent of a heredoc that is written `<<-`.
//! <https://developer.hashicorp.com/terraform/language/expressions/strings#indented-heredocs>

use std::sync::Arc;

use super::ast::Piece;

/// Removes the common indent from the beginning of each line. `pieces` has each line of text as a piece of its own, also
/// where it is empty.
pub(super) fn remove(pieces: &mut [Piece]) {
    let mut least = Least { newline: true, indent: usize::MAX };
    least.walk(pieces, &mut |_, _| {});
    let indent = least.indent;
    let mut again = Least { newline: true, indent: usize::MAX };
    again.walk(pieces, &mut |text, counts| {
        if counts {
            let cut: usize = text.chars().take(indent).take_while(|c| c.is_whitespace()).map(char::len_utf8).sum();
            *text = Arc::from(text.get(cut..).unwrap_or(""));
        }
    });
}

struct Least {
    /// Whether the next piece begins a line.
    newline: bool,
    indent: usize,
}

impl Least {
    /// Calls `f` with each text, and with whether it begins a line that has an indent.
    fn walk(&mut self, pieces: &mut [Piece], f: &mut dyn FnMut(&mut Arc<str>, bool)) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let ends = text.ends_with('\n');
                    let rest = text.trim_start();
                    let blank = rest.is_empty() && ends;
                    let counts = self.newline && !blank;
                    if counts {
                        let spaces = text.get(..text.len() - rest.len()).unwrap_or("").chars().count();
                        self.indent = self.indent.min(spaces);
                    }
                    f(text, counts);
                    self.newline = ends;
                }
                Piece::Value(_) => self.mark(),
                Piece::If { then, otherwise, has_else, .. } => {
                    self.mark();
                    self.walk(then, f);
                    if *has_else {
                        self.mark();
                        self.walk(otherwise, f);
                    }
                    self.mark();
                }
                Piece::For { body, .. } => {
                    self.mark();
                    self.walk(body, f);
                    self.mark();
                }
            }
        }
    }

    /// An interpolation at the beginning of a line means that the line has no indent.
    fn mark(&mut self) {
        if std::mem::take(&mut self.newline) {
            self.indent = 0;
        }
    }
}
