//! The modules that are left out of a root: those that lead to no finding by themselves and offer nothing that is looked up. Their files are not even parsed, unless
//! something reads their outputs.

use std::collections::BTreeSet;
use std::sync::Arc;

use cmklint_graph::{Deployment, Presence};

use super::reach::Found;
use super::run::Run;
use crate::template_offers::Offers;

impl Found for Offers {
    fn join(&mut self, other: &Self) {
        Self::join(self, other);
    }

    fn is_enough(&self) -> bool {
        self.is_sought
    }
}

impl Run<'_> {
    /// Whether what leads to findings only where another asks for it is looked at only then: where nothing but findings is wanted.
    pub(super) fn holds_back(&self) -> bool {
        let request = self.request;
        request.finds_only
            && !(request.parses_all || self.evaluates_all() || request.lists_roots || request.lists_ade)
            && request.inventory.is_none()
            && request.asked.is_none()
            && !self.is_compared
            && !request.areas.iter().any(|(_, area)| area.explore)
    }

    /// The files of modules that are left out of the root at `path`.
    pub(super) fn left_out(&self, path: &str) -> Arc<BTreeSet<String>> {
        if !self.holds_back() {
            return Arc::default();
        }
        let (mut open, mut seen, mut ends) = (vec![path.to_owned()], BTreeSet::new(), BTreeSet::new());
        while let Some(path) = open.pop() {
            if self.unparsed.contains_key(&path) {
                ends.insert(path);
            } else if seen.insert(path.clone()) {
                open.extend(self.links_of(&path));
            }
        }
        ends.retain(|end| !self.offers(end).is_sought);
        Arc::new(ends)
    }

    /// Whether what was evaluated without the modules at `left_out` looks up a resource that one of them may declare.
    pub(super) fn looks_up(&self, left_out: &BTreeSet<String>, deployment: &Deployment) -> bool {
        if left_out.is_empty() {
            return false;
        }
        let existing = deployment.resources.iter().filter(|resource| resource.presence == Presence::Existing);
        let kinds: BTreeSet<&str> = existing.map(|resource| resource.kind.folded()).collect();
        !kinds.is_empty()
            && left_out.iter().any(|end| self.offers(end).types.iter().any(|kind| kinds.contains(kind.as_str())))
    }

    /// What the file at `path`, and all that it deploys, offers.
    fn offers(&self, path: &str) -> Offers {
        self.offers.of(path, &|path| self.offers_of(path), &|path| self.links_of(path))
    }

    /// What the file at `path` offers by itself.
    fn offers_of(&self, path: &str) -> Offers {
        match (self.unparsed.get(path), self.sources.load(path)) {
            (Some(scan), Ok(file)) => Offers::of(&file, scan, self.sources),
            _ => Offers { is_sought: true, ..Offers::default() },
        }
    }
}
