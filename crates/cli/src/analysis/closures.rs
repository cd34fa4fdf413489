//! Finds what templates have, together with all that they deploy.

use cmklint_template::TemplateRef;

use super::closure::Closure;
use super::run::Run;
use crate::stand_ins::is_stand_in;
use crate::template_offers::file_may_grant;
use crate::template_scan::{Declared, file_may_declare};
use crate::templates::ParsedTemplate;

/// The vaults among the modules that are known by their source.
const VAULT_MODULES: &str = "avm/res/key-vault/";

impl Run<'_> {
    /// What the template at `path` has, together with all that it deploys.
    pub(super) fn closure_of(&self, path: &str) -> Closure {
        self.reached.closures.of(path, &|path| self.own_closure(path), &|path| self.links_of(path))
    }

    /// What the template at `path` has itself.
    pub(super) fn own_closure(&self, path: &str) -> Closure {
        if is_stand_in(path) {
            let is_vault = path.contains(VAULT_MODULES);
            return Closure { is_reported: !is_vault, has_vault: is_vault, may_grant: is_vault, ..Closure::default() };
        }
        let mut closure = Closure::default();
        if let Ok(file) = self.sources.load(path) {
            closure.is_reported = file_may_declare(&file, Declared::Reported, self.sources);
            closure.has_vault = file_may_declare(&file, Declared::OrVault, self.sources);
            closure.may_grant = file_may_grant(&file, self.sources);
        }
        if self.unparsed.contains_key(path) {
            // By the scan of its text it can lead to no finding.
            return Closure { is_reported: false, ..closure };
        }
        let deploys = |parsed: &ParsedTemplate| {
            for resource in parsed.template.iter().flat_map(|template| &template.resources) {
                match resource.deployment.as_ref().map(|deployment| &deployment.template) {
                    Some(TemplateRef::Opaque { .. }) => closure.deploys_opaque = true,
                    Some(TemplateRef::Link { .. } | TemplateRef::Spec { .. }) => closure.deploys_unknown = true,
                    _ => {}
                }
            }
        };
        self.store.with(path, deploys);
        closure
    }
}
