//! The evaluator's inputs and results.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_graph::{Attention, Budget, Deployment, Value};
use cmklint_source::{Diagnostic, FileId, LoadError};
use indexmap::IndexMap;

use crate::ir::Template;

/// The files that a template may name: modules, linked templates, and files that `loadTextContent` and similar functions read.
pub trait Library: Sync {
    /// The template file at a tree-relative path (`.json` or `.bicep`).
    ///
    /// # Errors
    /// What went wrong, in words for a diagnostic.
    fn template(&self, path: &str) -> Result<Arc<Template>, String>;

    /// The text of the file at a tree-relative path.
    ///
    /// # Errors
    /// [`LoadError`] where it cannot be read.
    fn text(&self, path: &str) -> Result<String, LoadError>;

    /// The id of the file at a tree-relative path, for places in its text; `None` where it is not among the run's sources.
    fn file(&self, path: &str) -> Option<FileId> {
        let _ = path;
        None
    }

    /// Whether there is a file at a tree-relative path.
    fn has(&self, path: &str) -> bool {
        self.text(path).is_ok()
    }

    /// Whether there is a folder at a tree-relative path; true where that cannot be known.
    fn may_be_folder(&self, path: &str) -> bool {
        let _ = path;
        true
    }

    /// The parameters that the parameter file at a tree-relative path gives; `None` where there is none.
    fn parameters(&self, path: &str) -> Option<IndexMap<Arc<str>, Value>> {
        let _ = path;
        None
    }

    /// The template of the version `version` of the template spec `name`, and the path of the file that holds it; `None` where no file or more than one does.
    fn spec(&self, name: &str, version: &str) -> Option<(Arc<Template>, String)> {
        let _ = (name, version);
        None
    }

    /// The names of the files directly in the folder at a tree-relative path, sorted; `None` where that cannot be known, or there is no such folder.
    fn files_in(&self, path: &str) -> Option<Vec<String>> {
        let _ = path;
        None
    }
}

/// What a root is deployed with.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values of parameters, names in any case; each with a trail of where it was given.
    pub parameters: IndexMap<Arc<str>, Value>,
    /// The subscription's id, where it is known.
    pub subscription: Option<Value>,
    /// The resource group's name, where it is known.
    pub resource_group: Option<Value>,
    /// The region of the resource group, or of a deployment above one.
    pub location: Option<Value>,
    /// Whether parameters without a given value are also evaluated with other values than their defaults, one at a time: booleans, and those with allowed
    /// values.
    pub explores: bool,
    /// Which resources are looked at: bodies of others, and arguments of modules, are evaluated only where something reads them. `None` evaluates everything.
    pub attention: Option<Attention>,
    /// The tree-relative paths of modules that are left out, unless something reads their outputs or what they are given may hold what [`Attention::follows`].
    pub left_out: Arc<BTreeSet<String>>,
}

/// Limits of the work for one root. What exceeds them is unknown, and a diagnostic says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A loop makes at most this many nodes of one declaration.
    pub instances: usize,
    /// A deployment has at most this many nodes.
    pub resources: usize,
    /// A loop inside an expression makes at most this many items.
    pub items: usize,
    /// The deepest nesting of expressions, through variables, parameters and functions too.
    pub depth: u32,
    /// The deepest nesting of templates.
    pub nesting: usize,
    /// What the evaluation of the whole root may cost. Memory in use stays below its bytes, approximately.
    pub budget: Budget,
    /// The longest text, in bytes, and the largest value, in scalars.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Azure refuses a loop of more than 800.
            instances: 800,
            resources: 20_000,
            items: 10_000,
            depth: 200,
            nesting: 16,
            budget: Budget { steps: 20_000_000, bytes: 160 << 20 },
            size: 1_000_000,
        }
    }
}

/// The result of evaluating a root.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Its resources, those of modules and nested deployments included.
    pub deployment: Deployment,
    /// What could not be evaluated, and why.
    pub diagnostics: Vec<Diagnostic>,
    /// The root's outputs.
    pub outputs: IndexMap<Arc<str>, Value>,
    /// What is left of the budget.
    pub left: Budget,
    /// Whether something was not evaluated, since it would have cost more than was left; each declaration gets half of that, so some may be left
    /// all the same.
    pub is_cut: bool,
}

impl Evaluated {
    /// The fraction of the budget `given` that is left; 0 where something was not evaluated for want of it.
    #[must_use]
    pub fn fraction_left(&self, given: Budget) -> f64 {
        if self.is_cut { 0.0 } else { self.left.part_of(given) }
    }
}
