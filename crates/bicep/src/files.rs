//! The results of reading a template file and a parameter file.

use std::sync::Arc;

use cmklint_graph::Holder;
use cmklint_source::Diagnostic;
use cmklint_template::{Assignments, Template, TemplateRef};

/// A template file, read.
#[derive(Debug)]
pub struct TemplateFile {
    /// The template, as far as it could be read; always present.
    pub template: Option<Arc<Template>>,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The normalized paths of the template files of the tree that modules name, sorted.
    pub modules: Vec<String>,
    /// The templates that the file holds as content of resources, in the order of the text.
    pub specs: Vec<Spec>,
}

/// A template that a resource holds.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What the resource is.
    pub holder: Holder,
    /// The resource's name where it is written out (`web/1.0`), else its type.
    pub label: String,
    /// The template: written out, or the content of a file.
    pub template: TemplateRef,
}

/// A parameter file (`.bicepparam`), read.
#[derive(Debug)]
pub struct ParameterFile {
    /// The normalized path of the template that it names (`using`), where that is a file of the tree.
    pub template: Option<String>,
    /// The template that stands for what is deployed where `using` names a module of a registry that is at hand, or known by its source: it calls that module
    /// with what the file gives.
    pub root: Option<TemplateFile>,
    /// Its variables, functions and imports, in whose scope the assignments are evaluated.
    pub scope: Arc<Template>,
    /// The normalized paths of the parameter files that it extends, the nearest first.
    pub extends: Vec<String>,
    /// The value of each parameter, in the order of the text; those of the file that it extends first.
    pub assignments: Assignments,
    /// What could not be read or understood, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}
