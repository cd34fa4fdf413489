//! The kept parts of a module's resources: those that the rules read, as listed in `rules.md` of the specification.

/// A resource type, and the kept paths in its declaration, each with everything below it. Name, type, scope, condition and loop are always kept.
pub(super) struct Kept {
    pub(super) kind: &'static str,
    pub(super) paths: &'static [&'static str],
}

const DISK: &[&str] = &[
    "location",
    "sku.name",
    "properties.creationData.createOption",
    "properties.creationData.sourceResourceId",
    "properties.creationData.sourceUri",
    "properties.creationData.imageReference",
    "properties.creationData.galleryImageReference",
    "properties.encryption",
    "properties.encryptionSettingsCollection",
    "properties.securityProfile",
    "properties.incremental",
];

const EXTENSION: &[&str] = &["location", "properties.publisher", "properties.type", "properties.settings"];

/// The types, compared without case.
pub(super) const KEPT: &[Kept] = &[
    Kept { kind: "Microsoft.Compute/disks", paths: DISK },
    Kept { kind: "Microsoft.Compute/snapshots", paths: DISK },
    Kept {
        kind: "Microsoft.Compute/diskEncryptionSets",
        paths: &[
            "location",
            "identity",
            "properties.activeKey",
            "properties.encryptionType",
            "properties.rotationToLatestKeyVersionEnabled",
        ],
    },
    Kept {
        kind: "Microsoft.Compute/images",
        paths: &["location", "properties.sourceVirtualMachine", "properties.storageProfile"],
    },
    Kept { kind: "Microsoft.Compute/galleries", paths: &["location", "properties.sharingProfile"] },
    Kept { kind: "Microsoft.Compute/galleries/images", paths: &["location"] },
    Kept {
        kind: "Microsoft.Compute/virtualMachines",
        paths: &["location", "properties.storageProfile", "properties.securityProfile"],
    },
    Kept {
        kind: "Microsoft.Compute/virtualMachineScaleSets",
        paths: &[
            "location",
            "properties.virtualMachineProfile.storageProfile",
            "properties.virtualMachineProfile.securityProfile",
            "properties.virtualMachineProfile.extensionProfile",
        ],
    },
    Kept { kind: "Microsoft.Compute/virtualMachines/extensions", paths: EXTENSION },
    Kept { kind: "Microsoft.Compute/virtualMachineScaleSets/extensions", paths: EXTENSION },
    Kept {
        kind: "Microsoft.KeyVault/vaults",
        paths: &[
            "location",
            "properties.accessPolicies",
            "properties.enablePurgeProtection",
            "properties.enableRbacAuthorization",
            "properties.enableSoftDelete",
            "properties.sku",
            "properties.tenantId",
        ],
    },
    Kept {
        kind: "Microsoft.KeyVault/vaults/keys",
        paths: &["properties.kty", "properties.keySize", "properties.curveName", "properties.keyOps"],
    },
    Kept { kind: "Microsoft.KeyVault/vaults/accessPolicies", paths: &["properties.accessPolicies"] },
    Kept { kind: "Microsoft.KeyVault/managedHSMs", paths: &["location", "properties.enablePurgeProtection", "sku"] },
    Kept { kind: "Microsoft.KeyVault/managedHSMs/keys", paths: &["properties.kty", "properties.keySize"] },
    Kept { kind: "Microsoft.ManagedIdentity/userAssignedIdentities", paths: &[] },
    Kept {
        kind: "Microsoft.Authorization/roleAssignments",
        paths: &["properties.roleDefinitionId", "properties.principalId"],
    },
];

/// The kept paths of a resource of the type `kind`; `None` where it is removed.
pub(super) fn kept(kind: &str) -> Option<&'static Kept> {
    KEPT.iter().find(|kept| kept.kind.eq_ignore_ascii_case(kind))
}
