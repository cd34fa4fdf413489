//! What a template has, together with all that it deploys.

use super::reach::Found;

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
