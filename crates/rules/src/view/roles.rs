//! Built-in roles and whether they let their holder read, wrap and unwrap keys.

use cmklint_graph::{built_in_role, built_in_role_named};

/// Whether the role definition whose id (or the end of it) is `id` may allow to wrap and unwrap keys: `false` for the known ones that don't,
/// `true` for those that do and for custom roles.
pub(crate) fn may_unwrap(id: &str) -> bool {
    built_in_role(id).is_none_or(|role| role.unwraps)
}

/// The same by the role's name.
pub(crate) fn may_unwrap_by_name(name: &str) -> bool {
    built_in_role_named(name).is_none_or(|role| role.unwraps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_that_cannot_unwrap_are_distinguished_from_those_that_may() {
        assert!(!may_unwrap("/providers/Microsoft.Authorization/roleDefinitions/21090545-7CA7-4776-b22c-e363652d74d2"));
        assert!(may_unwrap("e147488a-f6f5-4113-8e2d-b22465e65bf6"));
        assert!(may_unwrap("/x/00000000-0000-0000-0000-000000000000"), "a custom role may");
        assert!(!may_unwrap_by_name("key vault reader"));
        assert!(may_unwrap_by_name("Key Vault Crypto User"));
    }
}
