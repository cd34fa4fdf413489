//! The result of an analysis.

use std::collections::BTreeSet;
use std::time::Duration;

use cmklint_graph::Estate;
use cmklint_report::Coverage;
use cmklint_rules::{AdeEntry, Finding};
use cmklint_source::Diagnostic;

use crate::kept::Kept;

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics {
    /// Files that were looked at: templates, parameter files, Terraform files, and JSON that is none of these.
    pub files: usize,
    /// Files of a language that is supported.
    pub sources: usize,
    /// Files among them without an error.
    pub parsed: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Root modules and root templates.
    pub roots: usize,
    /// Deployments that were evaluated: roots with each of their inputs.
    pub deployments: usize,
    /// Roots that were not evaluated, since nothing in their files can reach a compute or key vault resource.
    pub skipped_roots: usize,
    /// Deployments of a base that were evaluated, since a file of theirs changed; `None` without a base.
    pub again: Option<usize>,
    /// Resources in the graph.
    pub resources: usize,
    /// Time to read and parse.
    pub parsing: Duration,
    /// Time to evaluate.
    pub evaluating: Duration,
    /// Time of the rules.
    pub checking: Duration,
}

impl Statistics {
    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.sources += other.sources;
        self.parsed += other.parsed;
        self.bytes += other.bytes;
        self.roots += other.roots;
        self.deployments += other.deployments;
        self.skipped_roots += other.skipped_roots;
        self.again = self.again.zip(other.again).map(|(a, b)| a + b).or(self.again).or(other.again);
        self.resources += other.resources;
        self.parsing += other.parsing;
        self.evaluating += other.evaluating;
        self.checking += other.checking;
    }
}

/// The result of an analysis.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The findings, sorted, ignored ones included.
    pub findings: Vec<Finding>,
    /// What could not be read or understood, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The resource graph.
    pub estate: Estate,
    /// The files that belong to some language, by path.
    pub files: Vec<String>,
    /// The roots: folders of Terraform modules (`.` for the tree's own), paths of templates.
    pub roots: BTreeSet<String>,
    /// The files of inputs that no root takes, sorted.
    pub unused_inputs: Vec<UnusedInput>,
    /// What was analyzed, and what was not.
    pub coverage: Coverage,
    /// The roots, where the list was requested.
    pub listed_roots: Vec<RootSeen>,
    /// What has Azure Disk Encryption, where the list was requested.
    pub ade: Vec<AdeEntry>,
    /// The input of custom rules as JSON, where it was requested.
    pub own_input: Option<String>,
    /// What the tree shares with others, where it was wanted.
    pub shared: Shared,
    /// Counts.
    pub statistics: Statistics,
    /// The findings of the base; `None` where they were not requested.
    pub known: Option<Vec<Finding>>,
    /// What is kept for the next analysis.
    pub kept: Kept,
}

/// What the roots of a tree look for beyond themselves, and what they give to others.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// The keys of the resources that deployments looked for in others.
    pub asked: Vec<String>,
    /// The states of Terraform that roots read.
    pub states_read: BTreeSet<String>,
    /// Those that roots write.
    pub states_written: BTreeSet<String>,
}

/// A root of a run.
#[derive(Clone, Debug, Default)]
pub struct RootSeen {
    /// Its path; `.` for the tree's own folder.
    pub path: String,
    /// `Terraform`, `Terragrunt`, `ARM JSON`, `Bicep`, or another kind of file.
    pub language: &'static str,
    /// Its deployments. None where nothing in its files can reach a compute or key vault resource.
    pub deployments: Vec<DeploymentSeen>,
}

/// A root with one of its inputs.
#[derive(Clone, Debug, Default)]
pub struct DeploymentSeen {
    /// What in the root's file holds the template that it is (`policy deploy-disk`); empty where it is the root's own.
    pub holder: String,
    /// The files of its inputs.
    pub inputs: Vec<String>,
    /// The environment of the inputs; empty for none.
    pub environment: String,
    /// How many resources it declares.
    pub resources: usize,
    /// The deployments of other roots that it is joined to, each with how.
    pub joined: Vec<JoinedTo>,
}

/// What a deployment is joined to, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JoinedTo {
    /// The other one: its root, and its input.
    pub deployment: String,
    /// How: `state`, `link` or `id`.
    pub how: &'static str,
}

/// A file of inputs that no root takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedInput {
    /// Its path.
    pub path: String,
    /// Why no root takes it.
    pub reason: String,
}
