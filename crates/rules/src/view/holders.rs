use cmklint_graph::{NodeId, work};
use rustc_hash::{FxHashMap, FxHashSet};

/// The work for reading a grant, in steps.
const GRANT_STEPS: usize = 100;

/// Grants (role assignments or access policies) by their holders, so that a set is compared with its own grants and those of unknown holders,
/// not with those of all other sets.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// Grants for the own identities of declared resources only.
    by_resource: FxHashMap<NodeId, Vec<NodeId>>,
    /// Grants for user-assigned identities and for the caller of the deployment.
    others: Vec<NodeId>,
    /// All other grants.
    open: Vec<Candidate>,
    /// The declared resources that a grant names by their own identities, perhaps in some worlds only.
    named: FxHashSet<NodeId>,
    /// Whether a grant names a user-assigned identity that the code declares.
    names_identities: bool,
}

/// A grant that may be for a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The role assignment or access policy.
    pub(crate) node: NodeId,
    /// Whether all that it is for is given to its deployment from outside.
    pub(crate) is_given: bool,
}

/// Identifies a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A declared resource, by its own identity.
    Resource(NodeId),
    /// A user-assigned identity that the code declares.
    Identity(NodeId),
    /// The account that deploys.
    Caller,
    /// Nobody: what a grant is for is no principal, as the client id of an identity.
    Nobody,
    Unknown,
}

impl Holders {
    /// The grants that may be for the resource at `node`; with `user_assigned`, also those for user-assigned identities that it may have.
    pub(crate) fn maybe_for(&self, node: NodeId, user_assigned: bool) -> impl Iterator<Item = Candidate> {
        let own = self.by_resource.get(&node).map_or(&[][..], Vec::as_slice);
        let others = if user_assigned { &self.others[..] } else { &[] };
        let known = |node: &NodeId| Candidate { node: *node, is_given: false };
        // The caller asks `work::is_spent`: a grant that was not read may be the one.
        own.iter()
            .map(known)
            .chain(self.open.iter().copied())
            .chain(others.iter().map(known))
            .take_while(|_| work::pay(GRANT_STEPS))
    }

    /// Whether a grant is in some world for the resource at `node` itself; with `user_assigned`, also whether one is for an identity that it may have.
    pub(crate) fn name(&self, node: NodeId, user_assigned: bool) -> bool {
        self.named.contains(&node) || user_assigned && self.names_identities
    }

    /// Adds the grant `candidate` under each of `holders`; without a known holder it may be for anybody.
    pub(super) fn add(&mut self, candidate: Candidate, holders: &[Holder]) {
        for holder in holders {
            match holder {
                Holder::Resource(node) => {
                    self.named.insert(*node);
                }
                Holder::Identity(_) => self.names_identities = true,
                Holder::Caller | Holder::Nobody | Holder::Unknown => {}
            }
        }
        if holders.is_empty() || holders.contains(&Holder::Unknown) {
            self.open.push(candidate);
            return;
        }
        let grant = candidate.node;
        if holders.iter().any(|h| matches!(h, Holder::Identity(_) | Holder::Caller)) {
            self.others.push(grant);
        }
        let mut seen: Vec<NodeId> = Vec::new();
        for holder in holders {
            if let Holder::Resource(node) = holder
                && !seen.contains(node)
            {
                seen.push(*node);
                self.by_resource.entry(*node).or_default().push(grant);
            }
        }
    }
}
