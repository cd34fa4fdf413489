//! The result of evaluating a root.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, Moves, Root, Value};
use cmklint_source::{Diagnostic, Span};

use crate::template_text::TemplateText;

/// How much of a root was read and is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Configuration files read, each once however often its module is called.
    pub files: usize,
    /// Module instances, the root among them.
    pub modules: usize,
    /// Nodes of the graph.
    pub resources: usize,
    /// Attribute values of the nodes' blocks, and of blocks they refer to.
    pub expressions: u64,
    /// How many of these are known in full.
    pub expressions_known: u64,
    /// References to resources and data sources.
    pub references: u64,
    /// How many of these name a declared one.
    pub references_resolved: u64,
}

/// An ARM template that a resource deploys (`azurerm_resource_group_template_deployment` and the like), or holds for others to deploy.
#[derive(Clone, Debug)]
pub struct TemplateDeployment {
    /// The index, among the deployment's resources, of the resource that deploys it. That resource's scope is the template's.
    pub index: usize,
    /// The template.
    pub content: TemplateContent,
    /// Where a resource only holds the template: the path to it in the content's JSON. When and where it is deployed is not known.
    pub held_at: Option<&'static [&'static str]>,
    /// Values of its parameters, names in any case.
    pub parameters: Vec<(Arc<str>, Value)>,
    /// Whether it is given further parameters that aren't known.
    pub others: bool,
    /// The region of the resource group, or of a deployment above groups, where that is known.
    pub location: Option<Value>,
    /// The argument that holds it.
    pub span: Span,
    /// For an installed module: the call of that module, which the user can change; it is shown instead of any place in the module's files.
    pub place: Option<Span>,
}

/// Where an ARM template comes from.
#[derive(Clone, Debug)]
pub enum TemplateContent {
    /// The file at a tree-relative path.
    File(String),
    /// Text in the configuration.
    Text(TemplateText),
}

/// A root, evaluated.
#[derive(Debug)]
pub struct Lowered {
    /// Its resources.
    pub deployment: Deployment,
    /// The ARM templates that they deploy, by the resources' order.
    pub templates: Vec<TemplateDeployment>,
    /// Problems of its files, and calls that could not be followed.
    pub diagnostics: Vec<Diagnostic>,
    /// Long lists of further problems, of files that many roots and inputs share: one list for all of them.
    pub shared_diagnostics: Vec<Arc<[Diagnostic]>>,
    /// How much is known.
    pub statistics: Statistics,
    /// Its `moved` blocks, and those of its modules, for each of their instances.
    pub moves: Vec<Moves>,
    /// The root's outputs, where they were asked for.
    pub outputs: BTreeMap<Arc<str>, Value>,
    /// The fraction of its budget that is left: 0 where the evaluation was cut short.
    pub left: f64,
}

impl Lowered {
    /// A root without resources, as the deployment `id`.
    #[must_use]
    pub fn empty(id: DeploymentId) -> Self {
        Self {
            deployment: Deployment::empty(id, DeploymentKey::of(Root::module(""))),
            templates: Vec::new(),
            diagnostics: Vec::new(),
            shared_diagnostics: Vec::new(),
            statistics: Statistics::default(),
            moves: Vec::new(),
            outputs: BTreeMap::new(),
            left: 1.0,
        }
    }

    /// A root that could not be evaluated, for the reason `why`.
    pub(crate) fn failed(id: DeploymentId, why: Diagnostic) -> Self {
        Self { diagnostics: vec![why], ..Self::empty(id) }
    }

    /// All diagnostics, those of shared lists among them.
    pub(crate) fn all_diagnostics(&mut self) -> Vec<Diagnostic> {
        let mut all = std::mem::take(&mut self.diagnostics);
        all.extend(std::mem::take(&mut self.shared_diagnostics).iter().flat_map(|list| list.iter().cloned()));
        all
    }

    /// The same result, for `root`.
    pub(crate) fn of_root(self, root: Root) -> Self {
        Self { deployment: Deployment { key: DeploymentKey::of(root), ..self.deployment }, ..self }
    }
}
