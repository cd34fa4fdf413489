use std::fmt;

use crate::resource::Resource;

/// One instantiation of a root: a Terraform root module with its inputs, a template with its parameter file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeploymentId(pub u32);

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}", self.0)
    }
}

/// What one instantiation of a root deploys, modules and nested deployments included.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its id, given before it is evaluated, since references and symbols carry it.
    pub id: DeploymentId,
    /// What a person calls it: the root's path, and the inputs it was made with.
    pub label: String,
    /// Its resources; the one at index `i` has the node `i` of this deployment.
    pub resources: Vec<Resource>,
}
