//! The types of the table: how a resource type of azurerm is mapped to ARM.

use crate::version::{self, Version};

/// One resource type.
#[derive(Debug)]
pub(crate) struct Mapping {
    /// The resource type, and that of the data source that reads one.
    pub(crate) terraform: &'static str,
    /// The type in ARM.
    pub(crate) arm: &'static str,
    /// Its parent.
    pub(crate) parent: Parent,
    /// Its arguments.
    pub(crate) rules: &'static [Rule],
    /// Its exported attributes, and where they are in ARM; `[*]` means each of the stated blocks. Besides these, a data source exports everything that it could
    /// state.
    pub(crate) exports: &'static [(&'static str, &'static str)],
}

/// How a resource names its parent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parent {
    /// It is a resource group: the subscription.
    Subscription,
    /// `resource_group_name`, and the names of the resources above it by these arguments.
    Group(&'static [&'static str]),
    /// The id of the parent, in this argument (or the other one).
    Id(&'static str),
    /// It extends the resource that this argument names.
    Extends(&'static str),
    /// It is above subscriptions.
    Above,
}

/// How an argument is mapped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// The value at the first path is the property at the second.
    Copy(&'static str, &'static str, Map),
    /// Each block of the list at the first path is an item of the list at the second.
    Each(&'static str, &'static str, &'static [Self]),
    /// The property has this value unless the argument is stated.
    Unless(&'static str, &'static str, Constant),
    /// The property has this value where the argument is stated.
    When(&'static str, &'static str, Constant),
    /// The property is true where the block is present, or has the value of the block's argument.
    Enabled(&'static str, &'static str, &'static str),
    /// The first rules where the provider's version is this one or newer, the others where it is older. Where the version isn't known,
    /// the properties that both make alike.
    Since(ArgumentVersion, &'static [Self], &'static [Self]),
    /// Rules that several types share.
    All(&'static [Self]),
}

/// A resource type and an argument of it whose meaning changed in a version of azurerm: a row of `data/argument-versions.csv`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArgumentVersion(pub(crate) &'static str, pub(crate) &'static str);

const ARGUMENT_VERSIONS: &str = include_str!("../../data/argument-versions.csv");

impl ArgumentVersion {
    /// The version; `None` where the table has none.
    pub(crate) fn version(self) -> Option<Version> {
        let rows = ARGUMENT_VERSIONS.lines().filter(|line| !line.starts_with('#'));
        let mut found = rows.filter_map(|line| {
            let mut fields = line.split(',');
            let (resource, argument, version) = (fields.next()?, fields.next()?, fields.next()?);
            (resource == self.0 && argument == self.1).then_some(version)
        });
        version::parse(found.next()?).map(|(version, _)| version)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Constant {
    Bool(bool),
    Text(&'static str),
}

/// How a value is converted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Map {
    Same,
    /// Text that spells a number is that number.
    Number,
    /// Text that spells a boolean becomes that boolean.
    Bool,
    /// JSON in text is parsed.
    Json,
    /// Only if it is a resource's id.
    OnlyId,
    /// A list of ids as an object whose members they name.
    Identities,
    /// `SystemAssigned, UserAssigned` without the space.
    IdentityType,
    /// A role's name becomes its definition's id.
    Role,
}

pub(super) const fn copy(from: &'static str, to: &'static str) -> Rule {
    Rule::Copy(from, to, Map::Same)
}

/// The managed identities of a resource.
pub(super) const IDENTITY: Rule = Rule::All(&[
    Rule::Copy("identity.type", "identity.type", Map::IdentityType),
    Rule::Copy("identity.identity_ids", "identity.userAssignedIdentities", Map::Identities),
]);

pub(super) const IDENTITY_EXPORTS: [(&str, &str); 2] =
    [("identity[0].principal_id", "identity.principalId"), ("identity[0].tenant_id", "identity.tenantId")];
