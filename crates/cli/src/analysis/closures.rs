//! What templates have, together with all that they deploy.

use cmklint_template::TemplateRef;

use super::reach::Found;
use super::run::Run;
use crate::stand_ins::is_stand_in;
use crate::template_scan::{Declared, file_may_declare, file_may_grant};
use crate::templates::ParsedTemplate;

/// The vaults among the modules that are known by their source.
const VAULT_MODULES: &str = "avm/res/key-vault/";

/// What a template has, itself or in what it deploys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Closure {
    /// Whether it may declare what a rule reports.
    pub(super) is_reported: bool,
    /// Whether it may declare a vault or a key.
    pub(super) has_vault: bool,
    /// Whether it may grant somebody a role.
    pub(super) may_grant: bool,
    /// Whether it deploys something whose file depends on values.
    pub(super) deploys_unknown: bool,
    /// Whether it deploys something that can't be read.
    pub(super) deploys_opaque: bool,
}

impl Closure {
    /// Whether it may lead to a finding by itself; where that need not be told yet, vaults and what can't be read wait.
    pub(super) fn leads_to_finding(self, waits: bool) -> bool {
        self.is_reported || self.deploys_unknown || !waits && (self.has_vault || self.deploys_opaque)
    }
}

impl Found for Closure {
    fn join(&mut self, other: &Self) {
        self.is_reported |= other.is_reported;
        self.has_vault |= other.has_vault;
        self.may_grant |= other.may_grant;
        self.deploys_unknown |= other.deploys_unknown;
        self.deploys_opaque |= other.deploys_opaque;
    }

    fn is_enough(&self) -> bool {
        self.is_reported && self.has_vault && self.may_grant && self.deploys_unknown && self.deploys_opaque
    }
}

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
