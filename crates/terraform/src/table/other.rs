//! Resource groups, identities, roles.

use super::{Map, Mapping, Parent, Rule, copy};

pub(super) const TABLE: &[Mapping] = &[
    Mapping {
        terraform: "azurerm_resource_group",
        arm: "Microsoft.Resources/resourceGroups",
        parent: Parent::Subscription,
        rules: &[copy("managed_by", "managedBy")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_user_assigned_identity",
        arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
        parent: Parent::Group(&[]),
        rules: &[],
        exports: &[
            ("principal_id", "properties.principalId"),
            ("client_id", "properties.clientId"),
            ("tenant_id", "properties.tenantId"),
        ],
    },
    Mapping {
        terraform: "azurerm_role_assignment",
        arm: "Microsoft.Authorization/roleAssignments",
        parent: Parent::Extends("scope"),
        rules: &[
            copy("principal_id", "properties.principalId"),
            copy("principal_type", "properties.principalType"),
            copy("role_definition_id", "properties.roleDefinitionId"),
            Rule::Copy("role_definition_name", "properties.roleDefinitionId", Map::Role),
            copy("role_definition_name", "properties.roleDefinitionName"),
        ],
        exports: &[],
    },
];
