//! Built-in roles by name.

use cmklint_graph::built_in_role_named;

/// The id of the definition of the built-in role `name`; `None` for a role that isn't known, or a name that is not one role's.
pub(crate) fn role_definition(name: &str) -> Option<String> {
    let role = built_in_role_named(name)?;
    Some(format!("/providers/Microsoft.Authorization/roleDefinitions/{}", role.id))
}
