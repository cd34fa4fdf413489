//! The files of `--plan` and `--state`: opened here, since they need not be in the analyzed tree and may be larger than other files.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources};

use crate::inventory::seen_from;
use crate::named_file;
use crate::tree::{Candidate, Tree};

/// Files larger than this many bytes are refused: places in a file are counted in 32 bits.
const MAX_BYTES: u64 = 2 << 30;

/// The plans and states that were named.
#[derive(Debug, Default)]
pub struct DocumentFiles {
    /// Their texts.
    pub files: Vec<Arc<SourceFile>>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    /// Those of the files that are in the tree, by path.
    inside: Vec<String>,
}

impl DocumentFiles {
    /// Reads the plans and states at `paths`, seen from the current directory, and adds them to `sources`.
    ///
    /// # Errors
    /// Where a file isn't there or can't be opened. One that is too large or no text is an error among the diagnostics.
    pub fn read(paths: &[PathBuf], tree: &Tree, sources: &Sources) -> anyhow::Result<Self> {
        let mut read = Self::default();
        for path in paths {
            let full = named_file::find(path, tree)?;
            let size = full.metadata().map_or(0, |meta| meta.len());
            let name = seen_from(&tree.root, &full);
            read.inside.extend(tree.relative(&full));
            let wrong = |message: String| Diagnostic::new(Severity::Error, "unreadable", message).about(name.clone());
            if size > MAX_BYTES {
                let message = format!("the file has {size} bytes, more than the limit of {MAX_BYTES}");
                read.diagnostics.push(wrong(message));
                continue;
            }
            let bytes = std::fs::read(&full).with_context(|| format!("{}: cannot be read", path.display()))?;
            let is_binary = bytes.starts_with(b"PK");
            match cmklint_source::decode(&name, bytes) {
                Ok(text) => read.files.push(sources.add(name, text)),
                Err(error) => {
                    let diagnostic = wrong(error.to_string());
                    read.diagnostics.push(match is_binary {
                        true => diagnostic.help("It looks like a saved plan: terraform show -json writes it as JSON"),
                        false => diagnostic,
                    });
                }
            }
        }
        Ok(read)
    }

    /// Takes the plans and states out of `candidates`.
    pub fn leave_out(&self, candidates: &mut Vec<Candidate>) {
        candidates.retain(|c| !self.inside.contains(&c.path));
    }
}
