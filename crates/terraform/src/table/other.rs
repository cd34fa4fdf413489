//! Resource groups, identities, roles.

use cmklint_graph::{DEPLOYMENTS, Holder};

use super::mapping::{IDENTITY, Map, Mapping, Parent, Rule, copy};

/// The whole URL of a storage account's key, which ARM itself takes in parts.
const STORAGE_KEY: &str = "properties.encryption.keyvaultproperties.currentVersionedKeyIdentifier";

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
    // No rule of ours is about storage accounts; a team's own may be.
    Mapping {
        terraform: "azurerm_storage_account",
        arm: "Microsoft.Storage/storageAccounts",
        parent: Parent::Group(&[]),
        rules: &[
            copy("account_kind", "kind"),
            copy("customer_managed_key.key_vault_key_id", STORAGE_KEY),
            copy("customer_managed_key.managed_hsm_key_id", STORAGE_KEY),
            copy(
                "customer_managed_key.user_assigned_identity_id",
                "properties.encryption.identity.userAssignedIdentity",
            ),
            IDENTITY,
        ],
        exports: &[],
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
    // ARM's front-end adds the resources and the outputs of their templates.
    template("azurerm_resource_group_template_deployment", Parent::Group(&[]), OUTPUT_CONTENT),
    template("azurerm_subscription_template_deployment", Parent::Subscription, OUTPUT_CONTENT),
    template("azurerm_management_group_template_deployment", Parent::Above, OUTPUT_CONTENT),
    template("azurerm_tenant_template_deployment", Parent::Above, OUTPUT_CONTENT),
    template("azurerm_template_deployment", Parent::Group(&[]), &[("outputs", "properties.plainOutputs")]),
    // What they hold is deployed by others: ARM's front-end adds its resources.
    holder("azurerm_policy_definition", Holder::Policy, Parent::Above),
    holder("azurerm_managed_application_definition", Holder::ManagedApplication, Parent::Group(&[])),
    Mapping {
        terraform: "azurerm_resource_deployment_script_azure_cli",
        arm: "Microsoft.Resources/deploymentScripts",
        parent: Parent::Group(&[]),
        rules: &[copy("script_content", "properties.scriptContent")],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_resource_deployment_script_azure_power_shell",
        arm: "Microsoft.Resources/deploymentScripts",
        parent: Parent::Group(&[]),
        rules: &[copy("script_content", "properties.scriptContent")],
        exports: &[],
    },
];

const OUTPUT_CONTENT: &[(&str, &str)] = &[("output_content", "properties.outputs")];

const fn holder(terraform: &'static str, holder: Holder, parent: Parent) -> Mapping {
    Mapping { terraform, arm: holder.kind(), parent, rules: &[], exports: &[] }
}

const fn template(
    terraform: &'static str,
    parent: Parent,
    exports: &'static [(&'static str, &'static str)],
) -> Mapping {
    Mapping { terraform, arm: DEPLOYMENTS, parent, rules: &[], exports }
}
