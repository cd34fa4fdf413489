//! What of the scripts of a tree is not read, since it is too much: what they give roots may then be unknown.

use std::sync::PoisonError;

use cmklint_source::{Diagnostic, Severity, file_name};

use crate::analysis::Run;

/// The code of the notes.
const CODE: &str = "script-not-read";

impl Run<'_> {
    /// Says of scripts, by path, why not all of them is read.
    pub(super) fn tell_of_unread(&mut self, scripts: impl IntoIterator<Item = (String, &'static str)>) {
        for (path, why) in scripts {
            let message = format!("{}: {why}", file_name(&path));
            self.diagnostics.push(Diagnostic::new(Severity::Note, CODE, message).about(path));
        }
    }

    /// Notes that commands give `root` more sets of inputs than are looked at.
    pub(super) fn note_cut_sets(&self, root: &str) {
        self.sets_cut.lock().unwrap_or_else(PoisonError::into_inner).insert(root.to_owned());
    }

    /// Says of which roots commands give more sets of inputs than are looked at.
    pub(in crate::analysis) fn tell_of_cut_sets(&mut self) {
        let roots = std::mem::take(&mut *self.sets_cut.lock().unwrap_or_else(PoisonError::into_inner));
        for root in roots {
            let root = if root.is_empty() { "." } else { &root };
            let message = format!("{root}: not all sets of inputs that commands of scripts give it are looked at");
            self.diagnostics.push(Diagnostic::new(Severity::Note, CODE, message).about(root));
        }
    }
}
