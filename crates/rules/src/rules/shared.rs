//! Searches that several rules share.

pub(super) mod disk_type;
pub(super) mod grant;
pub(super) mod inventory_sets;
pub(super) mod link;
pub(super) mod moved;
pub(super) mod ordered;
pub(super) mod origin;
pub(super) mod target_sets;
pub(super) mod without_ade;
