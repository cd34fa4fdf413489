//! Roots and their inputs: which deployment of a run is which, independent of how it is shown to people.

use std::fmt;
use std::sync::Arc;

use crate::held::Holder;
use crate::node::DeploymentId;
use crate::order::Order;
use crate::resource::Resource;
use crate::value::Value;

/// What is deployed as a whole: a Terraform root module, a Terragrunt unit, a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Root {
    path: Arc<str>,
    kind: RootKind,
}

/// Which kind of thing a root is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootKind {
    /// A folder of Terraform files that no other folder calls.
    TerraformModule,
    /// A configuration file of Terragrunt.
    TerragruntUnit,
    /// A plan or a state of Terraform whose configuration is not among the files.
    TerraformDocument,
    /// An ARM or Bicep template.
    Template,
    /// The template that a resource in a template file holds: what the resource is, and its name.
    Held(Holder, Arc<str>),
    /// The rows of an inventory: what was deployed already.
    Inventory,
}

impl Root {
    /// The root of that kind at `path`: a tree-relative path, empty for the tree's own folder.
    #[must_use]
    pub fn new(kind: RootKind, path: &str) -> Self {
        Self { path: if path.is_empty() { "." } else { path }.into(), kind }
    }

    /// The Terraform root module in the folder `dir`.
    #[must_use]
    pub fn module(dir: &str) -> Self {
        Self::new(RootKind::TerraformModule, dir)
    }

    /// The template at `path`.
    #[must_use]
    pub fn template(path: &str) -> Self {
        Self::new(RootKind::Template, path)
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &RootKind {
        &self.kind
    }

    /// Its path in the tree as people write it: a folder, or a file; `.` for the tree's own folder.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What holds the template that it is, in the file at its path, and the name of that.
    #[must_use]
    pub fn held(&self) -> Option<(Holder, &str)> {
        if let RootKind::Held(holder, name) = &self.kind { Some((*holder, name)) } else { None }
    }

    /// The name of what holds the template that it is, in the file at its path.
    #[must_use]
    pub fn holder_name(&self) -> Option<&str> {
        self.held().map(|(_, name)| name)
    }
}

/// For people: its path, and what in it holds the template.
impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.held() {
            Some((holder, name)) => write!(f, "{} with the {holder} {name}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// The inputs that tell one deployment of a root from its others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RootInputs {
    /// None, or files that are read without being named.
    #[default]
    Default,
    /// The variables of an environment of a Terraform root.
    Variables {
        /// The environment's name.
        environment: Arc<str>,
        /// The path of its own variable file.
        file: Arc<str>,
    },
    /// The parameter file at a path.
    Parameters(Arc<str>),
    /// The plan or the state at a path.
    Document(Arc<str>),
}

impl RootInputs {
    /// The path of the file that the inputs are in, where they are in one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Default => None,
            Self::Variables { file, .. } | Self::Parameters(file) | Self::Document(file) => Some(file),
        }
    }
}

/// Which deployment of a run it is: of which root, with which inputs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeploymentKey {
    /// The root.
    pub root: Root,
    /// What it is deployed with.
    pub inputs: RootInputs,
}

impl DeploymentKey {
    /// The key of `root` without inputs of its own.
    #[must_use]
    pub fn of(root: Root) -> Self {
        Self { root, inputs: RootInputs::Default }
    }
}

/// For people: the root, and the inputs by the name that people know them by.
impl fmt::Display for DeploymentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.inputs {
            RootInputs::Default => self.root.fmt(f),
            RootInputs::Variables { environment: name, .. } | RootInputs::Parameters(name) => {
                write!(f, "{} with {name}", self.root)
            }
            RootInputs::Document(file) => write!(f, "{} by {file}", self.root),
        }
    }
}

/// What one instantiation of a root deploys, modules and nested deployments included.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its id, given before it is evaluated, since references and symbols carry it.
    pub id: DeploymentId,
    /// Its root and inputs.
    pub key: DeploymentKey,
    /// Its resources; the one at index `i` has the node `i` of this deployment.
    pub resources: Vec<Resource>,
    /// What it passes to where the analysis does not follow: arguments of modules that are not read, blocks of types that are not analyzed, its outputs.
    pub handed_out: Vec<Value>,
    /// The subscriptions that it names beside its main one: those of a provider's further configurations.
    pub further_subscriptions: Vec<Value>,
    /// Which of its resources are deployed after which, where that is known.
    pub order: Option<Order>,
}

impl Deployment {
    /// A deployment without resources.
    #[must_use]
    pub fn empty(id: DeploymentId, key: DeploymentKey) -> Self {
        Self { id, key, resources: Vec::new(), handed_out: Vec::new(), further_subscriptions: Vec::new(), order: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_and_inputs_differ_where_their_texts_are_the_same() {
        let file = || Arc::from("prod.tfvars");
        let variables = |environment: &str| RootInputs::Variables { environment: environment.into(), file: file() };
        let one = DeploymentKey { root: Root::module("vm"), inputs: variables("disks with sets") };
        let other = DeploymentKey { root: Root::module("vm with disks"), inputs: variables("sets") };
        assert_eq!(one.to_string(), other.to_string());
        assert_ne!(one, other);
        assert_ne!(one.root, other.root);
        let spec = Root::new(RootKind::Held(Holder::TemplateSpec, "a".into()), "t.json");
        assert_eq!(spec.to_string(), Root::template("t.json with the template spec a").to_string());
        assert_ne!(spec, Root::template("t.json with the template spec a"));
        assert_eq!(Root::module("").path(), ".");
    }
}
