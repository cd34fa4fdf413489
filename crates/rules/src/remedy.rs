//! How a finding can be fixed, in the terms of the estate: which values change, which properties are added or removed. `cmklint-fix` turns that into edits
//! of a file.

use std::sync::Arc;

use cmklint_graph::{Literal, NodeId, StepKind, Value};
use cmklint_source::Span;

use crate::context::Context;

/// Whether a remedy may change what the code is meant to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// No: without the change Azure refuses the deployment, or requires it anyway.
    Safe,
    /// Yes: a person must decide.
    Unsafe,
}

impl Safety {
    /// `safe` or `unsafe`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A way to fix a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Whether it may change what is meant.
    pub safety: Safety,
    /// Whether others for the same finding are equally likely: it is safe only where it is the only one that does no harm.
    pub is_rival: bool,
    /// What it does, in a few words: `turn purge protection on`.
    pub title: String,
    /// What it changes, all of it together.
    pub changes: Vec<Change>,
}

/// One change of the code.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Replaces the value that is written at `at`.
    Write {
        /// Where the value is written out.
        at: Span,
        /// What it says.
        from: Literal,
        /// What it is to say.
        to: Literal,
    },
    /// Adds a property that was left out.
    Add {
        /// The declaration.
        declaration: Span,
        /// The resource's type, in ARM's words.
        kind: Arc<str>,
        /// The property's path, in ARM's words.
        path: String,
        /// Its value.
        to: Literal,
    },
    /// Replaces the attribute that an expression reads of another resource.
    Read {
        /// The expression, or the property that holds it.
        at: Span,
        /// The attribute's path in ARM's words.
        from: &'static str,
        /// The other's.
        to: &'static str,
    },
    /// Removes what is at the first of these places that is a property or a declaration of its own.
    Remove {
        /// The declaration that it is of, or that it is.
        declaration: Span,
        /// The places.
        at: Vec<Span>,
    },
    /// Makes a declaration wait for another one.
    Wait {
        /// The declaration that is to wait, or its header.
        declaration: Span,
        /// The line that says so, as [`wait_between`](cmklint_graph::Estate::wait_between) has it.
        line: String,
    },
}

impl Remedy {
    /// One that keeps what is meant; `None` where one of the changes can't be made.
    #[must_use]
    pub fn safe(title: impl Into<String>, changes: impl IntoIterator<Item = Option<Change>>) -> Option<Self> {
        Self::new(Safety::Safe, title.into(), changes)
    }

    /// One that a person must ask for; `None` where one of the changes can't be made.
    #[must_use]
    pub fn not_safe(title: impl Into<String>, changes: impl IntoIterator<Item = Option<Change>>) -> Option<Self> {
        Self::new(Safety::Unsafe, title.into(), changes)
    }

    /// One of several equally likely ones; `None` where one of the changes can't be made.
    #[must_use]
    pub fn rival(title: impl Into<String>, changes: impl IntoIterator<Item = Option<Change>>) -> Option<Self> {
        Self::new(Safety::Safe, title.into(), changes).map(|remedy| Self { is_rival: true, ..remedy })
    }

    fn new(safety: Safety, title: String, changes: impl IntoIterator<Item = Option<Change>>) -> Option<Self> {
        let changes: Vec<Change> = changes.into_iter().collect::<Option<_>>()?;
        (!changes.is_empty()).then_some(Self { safety, is_rival: false, title, changes })
    }

    /// Adds the changes of the same remedy for another world or instance of the finding.
    pub(crate) fn join(&mut self, other: Self) {
        for change in other.changes {
            if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
    }
}

/// Adds `more` to `known`: remedies of the same name are the same one.
pub(crate) fn join(known: &mut Vec<Remedy>, more: Vec<Remedy>) {
    for remedy in more {
        match known.iter_mut().find(|k| k.title == remedy.title) {
            Some(same) => same.join(remedy),
            None => known.push(remedy),
        }
    }
}

impl Context<'_> {
    /// The change that makes the property at `path` of the resource at `node` be `to`, where it is `value` now: where that was written out, or beside the
    /// resource's other properties where it is left out. `None` where it comes from elsewhere.
    #[must_use]
    pub fn set(&self, node: NodeId, path: &str, value: &Value, to: impl Into<Literal>) -> Option<Change> {
        let to = to.into();
        if value.is_null() && value.trail.is_empty() {
            let resource = self.resource(node).filter(|_| self.is_declared(node))?;
            let (declaration, kind) = (resource.whole, Arc::from(resource.kind.as_str()));
            return Some(Change::Add { declaration, kind, path: path.to_owned(), to });
        }
        let written = value.trail.oldest().filter(|step| is_written(step.kind))?;
        let from = value.as_literal()?;
        Some(Change::Write { at: written.span, from, to })
    }

    /// The change that takes away the property at one of `paths` of the resource at `node`: the first that is stated.
    #[must_use]
    pub fn unset(&self, node: NodeId, paths: &[&str]) -> Option<Change> {
        let resource = self.resource(node).filter(|_| self.is_declared(node))?;
        let at: Vec<Span> = paths.iter().map(|path| resource.span_at(*path)).collect();
        Some(Change::Remove { declaration: resource.whole, at })
    }

    /// The change that takes away the resource at `node`.
    #[must_use]
    pub fn undeclare(&self, node: NodeId) -> Option<Change> {
        let resource = self.resource(node).filter(|_| self.is_declared(node))?;
        Some(Change::Remove { declaration: resource.whole, at: vec![resource.whole] })
    }

    /// The change that makes the expression that `value` comes from, which reads `from` of another resource, read `to`.
    #[must_use]
    pub fn read(&self, value: &Value, from: &'static str, to: &'static str) -> Option<Change> {
        Some(Change::Read { at: value.trail.oldest()?.span, from, to })
    }

    /// The change that makes the resource at `from` wait for the one at `to`.
    #[must_use]
    pub fn wait(&self, from: NodeId, to: NodeId) -> Option<Change> {
        let resource = self.resource(from)?;
        let wait = self.estate().wait_between(from, to)?;
        let declaration = match wait.call {
            Some(call) => resource.calls.get(call)?.0,
            None => resource.whole,
        };
        Some(Change::Wait { declaration, line: wait.line })
    }
}

/// The safety of the fixes that the rule `id` proposes; `None` where it proposes none.
#[must_use]
pub fn fixes_of_rule(id: &str) -> &'static [Safety] {
    match id {
        "CMK002" | "CMK003" | "CMK012" | "CMK070" | "CMK072" | "CMK080" | "CMK081" | "CMK082" => &[Safety::Safe],
        "CMK020" => &[Safety::Safe, Safety::Unsafe],
        "CMK040" | "CMK043" | "CMK073" => &[Safety::Unsafe],
        _ => &[],
    }
}

/// Whether a value begins at such a step: it is written out there.
fn is_written(kind: StepKind) -> bool {
    matches!(kind, StepKind::Literal | StepKind::Default | StepKind::Input)
}
