use crate::node::DeploymentId;
use crate::resource::Resource;

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
