//! A root with the inputs of one of its instantiations, and what came of evaluating it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentKey, Environment, Move, Value};
use cmklint_source::{Diagnostic, SourceFile};

use super::documents;

/// A root and the inputs of one of its instantiations.
pub(super) enum Job {
    Terraform {
        dir: String,
        key: DeploymentKey,
        tfvars: Vec<String>,
        environment: Environment,
    },
    /// A plan of Terraform, or a state that no root's configuration is beside.
    Document {
        file: Arc<SourceFile>,
        root: Option<String>,
        key: DeploymentKey,
        environment: Environment,
    },
    /// A unit of Terragrunt, by its file's path.
    Terragrunt {
        path: String,
        key: DeploymentKey,
        environment: Environment,
    },
    Template {
        path: String,
        parameters: Option<usize>,
        key: DeploymentKey,
        environment: Environment,
    },
    /// What a template spec in the file at `path` holds, by its place among those.
    Spec {
        path: String,
        at: usize,
        key: DeploymentKey,
        environment: Environment,
    },
}

impl Job {
    pub(super) fn environment(&self) -> &Environment {
        let (Self::Terraform { environment, .. }
        | Self::Document { environment, .. }
        | Self::Terragrunt { environment, .. }
        | Self::Template { environment, .. }
        | Self::Spec { environment, .. }) = self;
        environment
    }

    /// The root's path; `.` for the tree's own folder.
    pub(super) fn root(&self) -> &str {
        self.environment().root()
    }

    pub(super) fn key(&self) -> &DeploymentKey {
        let (Self::Terraform { key, .. }
        | Self::Document { key, .. }
        | Self::Terragrunt { key, .. }
        | Self::Template { key, .. }
        | Self::Spec { key, .. }) = self;
        key
    }
}

/// What came of a job.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub(super) deployment: Option<Deployment>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) moves: Vec<Move>,
    /// The root's outputs, where another job needs them.
    pub(super) outputs: BTreeMap<Arc<str>, Value>,
    /// What stood before, where a plan or a state says it.
    pub(super) stood: Option<documents::Stood>,
}
