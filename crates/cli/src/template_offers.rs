//! What the text of a template offers to others: whether a module that leads to no finding by itself may be left out of a root that does.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use cmklint_source::{SourceFile, Sources};

use crate::template_scan::{TemplateScan, declaration, file_may_declare_group, may_declare_group, may_have, searcher};

/// The type, in any case, of what grants an identity the use of a key.
const GRANT: &str = "microsoft.authorization/roleassignments";

/// What a file, and all that it deploys, offers to others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers {
    /// Whether it may offer something that any rule asks for: a resource group, an identity, a grant, a script.
    pub(crate) is_sought: bool,
    /// The types of the resources that it declares, in lower case.
    pub(crate) types: BTreeSet<String>,
}

impl Offers {
    /// What the template `file` offers, of whose text `scan` tells.
    pub(crate) fn of(file: &SourceFile, scan: &TemplateScan, sources: &Sources) -> Self {
        let (path, text) = (file.path(), file.text());
        let is_sought = !path.ends_with(".bicep")
            || scan.has_vault
            || file_may_declare_group(file, sources)
            || may_grant(text)
            || offers_resource(text);
        let declared = types(text).filter(|(_, rest)| !rest.trim_start().starts_with("existing"));
        let types = if is_sought { BTreeSet::new() } else { declared.map(|(kind, _)| kind).collect() };
        Self { is_sought, types }
    }

    /// Adds what another file offers.
    pub(crate) fn join(&mut self, other: &Self) {
        self.is_sought |= other.is_sought;
        self.types.extend(other.types.iter().cloned());
    }
}

/// Whether a text may grant a role, other than on a resource that is declared beside it, or hand an identity to a module that can't be read and may.
fn may_grant(text: &str) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&[GRANT]));
    let Some(search) = SEARCH.as_ref() else { return true };
    search.find_iter(text).any(|found| !is_on_symbol(text.get(found.end()..).unwrap_or_default()))
        || hands_out_identity(text)
}

/// Whether a module of a registry is given something that may be an identity.
fn hands_out_identity(text: &str) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&["principal", "identit"]));
    let remote = ["'br:", "'br/", "'ts:", "'ts/"].into_iter().flat_map(|scheme| text.match_indices(scheme));
    let is_module = |at: usize| {
        text.get(..at).and_then(|before| before.rsplit('\n').next()).is_some_and(|line| line.contains("module"))
    };
    let remote = remote.filter(|(at, _)| is_module(*at)).map(|(at, _)| text.get(at..).unwrap_or_default());
    let mut given = remote.map(declaration);
    given.any(|given| may_have(&SEARCH, given))
}

/// Whether the text of `file`, which many roots may reach, may grant an identity anything on any resource.
pub(crate) fn file_may_grant(file: &SourceFile, sources: &Sources) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| searcher(&[GRANT, "accesspolicies"]));
    struct MayGrant(bool);
    let made = || MayGrant(may_have(&SEARCH, file.text()) || hands_out_identity(file.text()));
    sources.made_of(file.id(), made).0
}

/// Whether the declaration whose text after its type is `rest` has a symbolic name as its scope.
fn is_on_symbol(rest: &str) -> bool {
    let mut lines = declaration(rest).lines();
    // The type is in the declaration's first line.
    if !lines.next().is_some_and(|line| line.contains('\'') && line.contains('=')) {
        return false;
    }
    let mut scope = None;
    for line in lines {
        if line.contains("/*") || line.contains("'''") {
            return false;
        }
        if let Some(value) = line.trim_start().strip_prefix("scope:") {
            // A second one would be of something inside.
            if scope.replace(value.trim()).is_some() {
                return false;
            }
        }
    }
    scope.is_some_and(|scope| !scope.is_empty() && scope.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Whether a text may declare an identity, or something else of the providers that rules look at, but nested templates.
fn offers_resource(text: &str) -> bool {
    const NESTED: &str = "microsoft.resources/deployments";
    types(text).any(|(kind, rest)| {
        let is_existing = rest.trim_start().starts_with("existing");
        kind.starts_with("microsoft.managedidentity/") && !is_existing
            || kind.starts_with("microsoft.solutions/")
            || kind.starts_with("microsoft.resources/") && kind != NESTED
    }) || may_declare_group(text)
}

/// The longest type that is looked for, and the longest version of one, in bytes.
const LONGEST_TYPE: usize = 256;

/// The types of the declarations in a Bicep text, in lower case, each with the text after it: what stands before an `@` between quotes.
fn types(text: &str) -> impl Iterator<Item = (String, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"./-_".contains(byte);
    text.match_indices('@').filter_map(move |(at, _)| {
        let before = text.as_bytes().get(at.saturating_sub(LONGEST_TYPE)..at)?;
        let length = before.iter().rev().take_while(|byte| is_part(byte)).count();
        let start = at.checked_sub(length)?;
        let is_quoted = start.checked_sub(1).and_then(|quote| text.as_bytes().get(quote)) == Some(&b'\'');
        let kind = text.get(start..at).filter(|kind| is_quoted && kind.contains('/'))?;
        let after = text.as_bytes().get(at..)?;
        let version = after.iter().take(LONGEST_TYPE).position(|byte| *byte == b'\'')?;
        Some((kind.to_ascii_lowercase(), text.get(at + version + 1..)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_on_a_resource_beside_it_is_no_grant_for_others() {
        let declared = |scope: &str| {
            format!(
                "resource r 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for p in all: {{\n  name: p\n{scope}}}]\nvar x = 1\n"
            )
        };
        assert!(!may_grant(&declared("  scope: account\n")));
        for scope in [
            "",
            "  scope: resourceGroup()\n",
            "  scope: account::key\n",
            "  // '''\n  scope: account\n",
            "  scope: account\n  scope: other\n",
        ] {
            assert!(may_grant(&declared(scope)), "{scope}");
        }
        assert!(may_grant("var kind = 'microsoft.authorization/roleassignments'\n"));
        assert!(!may_grant("resource v 'Microsoft.Network/virtualNetworks@2023-11-01' = {}\n"));
    }

    #[test]
    fn types_are_told() {
        let text = "
            resource a 'Microsoft.Network/virtualNetworks@2023-11-01' existing = { name: 'a' }
            resource b 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'b@c' }
            @description('mail to a@b')
            param c string";
        let found: Vec<String> = types(text).map(|(kind, _)| kind).collect();
        assert_eq!(found, ["microsoft.network/virtualnetworks", "microsoft.storage/storageaccounts"]);
    }

    #[test]
    fn what_rules_seek_is_told() {
        let sought = |text: &str| offers_resource(text);
        assert!(sought("resource i 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {}"));
        assert!(!sought("resource i 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {}"));
        assert!(sought("resource g 'Microsoft.Resources/resourceGroups@2023-07-01' = {}"));
        assert!(sought("resource s 'Microsoft.Resources/deploymentScripts@2023-08-01' = {}"));
        assert!(!sought("resource t 'Microsoft.Resources/deployments@2024-03-01' = {}"));
    }
}
