//! Which resource of the estate is deployed after which.

use std::sync::Arc;

use crate::estate::Estate;
use crate::node::{DeploymentId, NodeId};
use crate::order::{Wait, Waits};

impl Estate {
    /// Answers which resources wait for which in the deployment with that id; `None` where that is not known.
    #[must_use]
    pub fn waits(&self, deployment: DeploymentId) -> Option<Waits<'_>> {
        self.deployment(deployment)?.order.as_ref().map(Waits::new)
    }

    /// What to write so that the resource at `from` waits for the one at `to`: in the innermost file that both are reached from.
    #[must_use]
    pub fn wait_between(&self, from: NodeId, to: NodeId) -> Option<Wait> {
        let order = self.deployment(from.deployment)?.order.as_ref().filter(|_| from.deployment == to.deployment)?;
        let (from, to) = (&order.declaration(from.index)?.1, &order.declaration(to.index)?.1);
        let shared = from.path.iter().zip(&to.path).take_while(|(a, b)| a == b).count();
        let (at, name) = (from.path.get(shared)?, to.path.get(shared)?);
        let call = (shared + 1 < from.path.len()).then_some(shared);
        Some(Wait { at: Arc::clone(&at.called), call, line: from.line.replace("{}", &name.named) })
    }
}
