//! Built-in roles and whether they let their holder read, wrap and unwrap keys.
//! As of 2026-01: <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security>,
//! <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged>.

/// Roles that are known not to: id and name. Owner and Contributor manage vaults, their rights don't reach the keys in one.
const OTHERS: [(&str, &str); 14] = [
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"),
    ("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"),
    ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader"),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"),
    ("21090545-7ca7-4776-b22c-e363652d74d2", "Key Vault Reader"),
    ("f25e0fa2-a7c8-4377-a976-54943a77a395", "Key Vault Contributor"),
    ("4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User"),
    ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer"),
    ("a4417e6f-fecd-4de8-b567-7b0420556985", "Key Vault Certificates Officer"),
    ("db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", "Key Vault Certificate User"),
    ("08bbd89e-9f13-488c-ac41-acfcb10c90ab", "Key Vault Crypto Service Release User"),
    ("8b54135c-b56d-4d72-a534-26097cfdc8d8", "Key Vault Data Access Administrator"),
    ("ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor"),
];

/// Whether the role definition whose id (or the end of it) is `id` may let its holder wrap and unwrap keys: `false` for the known ones that don't,
/// `true` for those that do and for custom roles.
pub(crate) fn may_unwrap(id: &str) -> bool {
    let guid = id.trim_end_matches('/').rsplit('/').next().unwrap_or(id);
    !OTHERS.iter().any(|(other, _)| other.eq_ignore_ascii_case(guid))
}

/// The same by the role's name.
pub(crate) fn may_unwrap_by_name(name: &str) -> bool {
    !OTHERS.iter().any(|(_, other)| other.eq_ignore_ascii_case(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_that_cannot_unwrap_are_told_from_those_that_may() {
        assert!(!may_unwrap("/providers/Microsoft.Authorization/roleDefinitions/21090545-7CA7-4776-b22c-e363652d74d2"));
        assert!(may_unwrap("e147488a-f6f5-4113-8e2d-b22465e65bf6"));
        assert!(may_unwrap("/x/00000000-0000-0000-0000-000000000000"), "a custom role may");
        assert!(!may_unwrap_by_name("key vault reader"));
        assert!(may_unwrap_by_name("Key Vault Crypto User"));
    }
}
