//! What an analysis is asked for.

use std::path::{Path, PathBuf};

/// How files are analyzed; the default is what the command `cmklint` does without arguments.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Options {
    pub(crate) edition: Option<String>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) only: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) base: Option<String>,
    pub(crate) evaluator: Option<PathBuf>,
    pub(crate) jobs: Option<usize>,
}

impl Options {
    /// Only what this edition of the restrictions holds (`2025-02`), instead of all editions.
    pub fn edition(mut self, edition: impl Into<String>) -> Self {
        self.edition = Some(edition.into());
        self
    }

    /// This `.cmklint.hcl`, instead of the nearest to each file.
    pub fn config(mut self, file: impl AsRef<Path>) -> Self {
        self.config = Some(file.as_ref().to_owned());
        self
    }

    /// Only this rule, by id or name, and others that are named so.
    pub fn only(mut self, rule: impl Into<String>) -> Self {
        self.only.push(rule.into());
        self
    }

    /// A variable of the Terraform roots.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The git revision to compare with.
    pub fn base(mut self, revision: impl Into<String>) -> Self {
        self.base = Some(revision.into());
        self
    }

    /// A `cmklint` program that evaluates rules of a team's own, in processes that are stopped where a rule takes too much.
    pub fn evaluator(mut self, program: impl AsRef<Path>) -> Self {
        self.evaluator = Some(program.as_ref().to_owned());
        self
    }

    /// So many threads, instead of one for each processor.
    pub fn jobs(mut self, threads: usize) -> Self {
        self.jobs = Some(threads);
        self
    }
}
