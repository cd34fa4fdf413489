//! Key vaults, managed HSMs, and what they hold.

use super::mapping::{ArgumentVersion, Constant, Map, Mapping, Parent, Rule, copy};

const KEY: Rule = Rule::All(&[
    copy("key_type", "properties.kty"),
    Rule::Copy("key_size", "properties.keySize", Map::Number),
    copy("curve", "properties.curveName"),
    copy("key_opts", "properties.keyOps"),
    copy("not_before_date", "properties.attributes.nbf"),
    copy("expiration_date", "properties.attributes.exp"),
    copy("release_policy", "properties.release_policy"),
    copy("rotation_policy.expire_after", "properties.rotationPolicy.attributes.expiryTime"),
    copy("rotation_policy.notify_before_expiry", "properties.rotationPolicy.notifyBeforeExpiry"),
    Rule::Each(
        "rotation_policy.automatic",
        "properties.rotationPolicy.lifetimeActions",
        &[
            copy("time_after_creation", "trigger.timeAfterCreate"),
            copy("time_before_expiry", "trigger.timeBeforeExpiry"),
            Rule::Unless("", "action.type", Constant::Text("rotate")),
        ],
    ),
]);

const POLICY: &[Rule] = &[
    copy("tenant_id", "tenantId"),
    copy("object_id", "objectId"),
    copy("application_id", "applicationId"),
    copy("key_permissions", "permissions.keys"),
    copy("secret_permissions", "permissions.secrets"),
    copy("certificate_permissions", "permissions.certificates"),
];

pub(super) const TABLE: &[Mapping] = &[
    Mapping {
        terraform: "azurerm_key_vault",
        arm: "Microsoft.KeyVault/vaults",
        parent: Parent::Group(&[]),
        rules: &[
            copy("sku_name", "properties.sku.name"),
            copy("tenant_id", "properties.tenantId"),
            Rule::Copy("purge_protection_enabled", "properties.enablePurgeProtection", Map::Bool),
            // Ignored since 2.42 (the platform turns it on), removed in 3.0.
            Rule::Since(
                ArgumentVersion("azurerm_key_vault", "soft_delete_enabled"),
                &[Rule::Unless("", "properties.enableSoftDelete", Constant::Bool(true))],
                &[
                    Rule::Copy("soft_delete_enabled", "properties.enableSoftDelete", Map::Bool),
                    Rule::Unless("soft_delete_enabled", "properties.enableSoftDelete", Constant::Bool(true)),
                ],
            ),
            Rule::Copy("soft_delete_retention_days", "properties.softDeleteRetentionInDays", Map::Number),
            // The second is the older name, removed in 5.0, which requires the first.
            Rule::Copy("rbac_authorization_enabled", "properties.enableRbacAuthorization", Map::Bool),
            Rule::Copy("enable_rbac_authorization", "properties.enableRbacAuthorization", Map::Bool),
            Rule::Copy("enabled_for_disk_encryption", "properties.enabledForDiskEncryption", Map::Bool),
            copy("network_acls.default_action", "properties.networkAcls.defaultAction"),
            copy("network_acls.bypass", "properties.networkAcls.bypass"),
            Rule::Each("access_policy", "properties.accessPolicies", POLICY),
        ],
        exports: &[("vault_uri", "properties.vaultUri")],
    },
    Mapping {
        terraform: "azurerm_key_vault_access_policy",
        arm: "Microsoft.KeyVault/vaults/accessPolicies",
        parent: Parent::Id("key_vault_id"),
        rules: &[Rule::Each("", "properties.accessPolicies", POLICY)],
        exports: &[],
    },
    Mapping {
        terraform: "azurerm_key_vault_key",
        arm: "Microsoft.KeyVault/vaults/keys",
        parent: Parent::Id("key_vault_id"),
        rules: &[KEY],
        exports: &[
            ("id", "properties.keyUriWithVersion"),
            ("versionless_id", "properties.keyUri"),
            ("resource_id", "id"),
            ("resource_versionless_id", "id"),
        ],
    },
    Mapping {
        terraform: "azurerm_key_vault_secret",
        arm: "Microsoft.KeyVault/vaults/secrets",
        parent: Parent::Id("key_vault_id"),
        rules: &[],
        exports: &[
            ("id", "properties.secretUriWithVersion"),
            ("versionless_id", "properties.secretUri"),
            ("resource_id", "id"),
            ("resource_versionless_id", "id"),
        ],
    },
    Mapping {
        terraform: "azurerm_key_vault_certificate",
        arm: "Microsoft.KeyVault/vaults/certificates",
        parent: Parent::Id("key_vault_id"),
        rules: &[],
        exports: &[
            ("id", "properties.certificateUriWithVersion"),
            ("versionless_id", "properties.certificateUri"),
            ("secret_id", "properties.secretUriWithVersion"),
            ("versionless_secret_id", "properties.secretUri"),
            ("resource_manager_id", "id"),
            ("resource_manager_versionless_id", "id"),
        ],
    },
    Mapping {
        terraform: "azurerm_key_vault_managed_hardware_security_module",
        arm: "Microsoft.KeyVault/managedHSMs",
        parent: Parent::Group(&[]),
        rules: &[
            copy("sku_name", "sku.name"),
            copy("tenant_id", "properties.tenantId"),
            Rule::Copy("purge_protection_enabled", "properties.enablePurgeProtection", Map::Bool),
            Rule::Copy("soft_delete_retention_days", "properties.softDeleteRetentionInDays", Map::Number),
            copy("network_acls.default_action", "properties.networkAcls.defaultAction"),
            copy("network_acls.bypass", "properties.networkAcls.bypass"),
        ],
        exports: &[("hsm_uri", "properties.hsmUri")],
    },
    Mapping {
        terraform: "azurerm_key_vault_managed_hardware_security_module_key",
        arm: "Microsoft.KeyVault/managedHSMs/keys",
        parent: Parent::Id("managed_hsm_id"),
        rules: &[KEY],
        exports: &[("id", "properties.keyUri"), ("versioned_id", "properties.keyUriWithVersion")],
    },
];
