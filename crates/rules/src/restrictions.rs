//! The restrictions, edition by edition: one table for the rules, the reports and `docs/editions.md`, by statement, with what the editions of 2020-08, 2022-10,
//! 2023-02, 2024-06, 2024-11 and 2025-02 say about each.
//! Data only. [`Edition::source`](crate::Edition::source) has the date of each edition's text and where it was read.

use crate::edition::Edition;
use crate::restriction::Stance::{Absent, Changed, InForce, Lifted, Relaxed, Unread};
use crate::restriction::{Restriction, Stance};

/// In force in every edition.
const ALWAYS: [Stance; Edition::ALL.len()] = [InForce; Edition::ALL.len()];

/// All restrictions, by statement.
pub static RESTRICTIONS: &[&Restriction] = &[
    &KEY_KIND,
    &HSM_KEY_TIER,
    &IMAGE_DISK_KEY,
    &IMAGE_DISK_SUBSCRIPTION,
    &SNAPSHOT_KEY,
    &ULTRA_SNAPSHOT_KEY,
    &INCREMENTAL_SNAPSHOT_SET,
    &SNAPSHOT_DISK_SET,
    &KEY_STAYS,
    &INCREMENTAL_KEY_STAYS,
    &REGION,
    &VAULT_REGION,
    &SUBSCRIPTION,
    &VAULT_SUBSCRIPTION,
    &VAULT_TENANT,
    &ULTRA_SET_IDENTITY,
    &ULTRA_OTHER_CLOUDS,
    &MOVE_GROUP,
    &MOVE_GROUP_ATTACHED,
    &MOVE_GROUP_INCREMENTAL,
    &MOVE_SUBSCRIPTION,
    &ADE,
    &SETS_1000,
    &SETS_5000,
    &VERSION_REGIONS,
    &VERSION_SUBSCRIPTION,
    &VERSION_KEY_STAYS,
    &GALLERY_SHARED,
    &PURGE_PROTECTION_ENFORCED,
    &PURGE_PROTECTION,
    &VAULT_ACCESS,
    &KEY_URL_VERSION,
    &SET_TYPE,
    &GRANT_FIRST,
    &SOURCE_VAULT_SUBSCRIPTION,
    &OPENSHIFT_ONE_SET,
    &RECOVERY_SET,
    &ADE_AND_HOST,
    &ENCRYPTED_VERSION_SOURCE,
    &VAULT_NETWORK,
    &KEY_USABLE,
    &CONFIDENTIAL_KEY,
    &DOUBLE_ENCRYPTION,
    &EPHEMERAL_ROTATION,
    &ADE_END,
    &DISK_POLICY,
];

/// CMK001, CMK002, CMK004.
pub static KEY_KIND: Restriction = Restriction {
    id: "key_kind",
    statement: "S1",
    says: "Only software and HSM RSA keys of 2048, 3072 and 4096 bits are supported",
    stances: ALWAYS,
    source: "",
};

/// CMK003.
pub static HSM_KEY_TIER: Restriction = Restriction {
    id: "hsm_key_tier",
    statement: "S1",
    says: "HSM keys need a Premium tier key vault",
    stances: ALWAYS,
    source: "",
};

/// CMK010.
pub static IMAGE_DISK_KEY: Restriction = Restriction {
    id: "image_disk_key",
    statement: "S2",
    says: "Disks created from custom images that are encrypted with a customer-managed key must be encrypted with the same key",
    stances: [InForce, InForce, Lifted, Absent, Absent, Absent],
    source: "",
};

/// CMK011.
pub static IMAGE_DISK_SUBSCRIPTION: Restriction = Restriction {
    id: "image_disk_subscription",
    statement: "S2",
    says: "Disks created from custom images that are encrypted with a customer-managed key must be in the image's subscription",
    stances: [InForce, InForce, Lifted, Absent, Absent, Absent],
    source: "",
};

/// CMK012, of disks that are neither Ultra nor Premium SSD v2.
pub static SNAPSHOT_KEY: Restriction = Restriction {
    id: "snapshot_key",
    statement: "S3",
    says: "Snapshots of disks encrypted with a customer-managed key must be encrypted with the same key",
    stances: [
        InForce,
        InForce,
        Relaxed("only snapshots of Ultra and Premium SSD v2 disks must have the disk's key"),
        Absent,
        Absent,
        Absent,
    ],
    source: "",
};

/// CMK012, of Ultra and Premium SSD v2 disks.
pub static ULTRA_SNAPSHOT_KEY: Restriction = Restriction {
    id: "ultra_snapshot_key",
    statement: "S3",
    says: "Snapshots of Ultra and Premium SSD v2 disks encrypted with a customer-managed key must be encrypted with the same key",
    stances: [
        InForce,
        InForce,
        InForce,
        InForce,
        Changed("a disk and its incremental snapshots must have one encryption set, whatever the disk's type"),
        Absent,
    ],
    source: "",
};

/// CMK012, of incremental snapshots.
pub static INCREMENTAL_SNAPSHOT_SET: Restriction = Restriction {
    id: "incremental_snapshot_set",
    statement: "S3",
    says: "A disk encrypted with a customer-managed key and all its incremental snapshots must have the same encryption set",
    stances: [Absent, Absent, Absent, Absent, InForce, InForce],
    source: "",
};

/// An Ultra or Premium SSD v2 disk that is made from an encrypted snapshot.
pub static SNAPSHOT_DISK_SET: Restriction = Restriction {
    id: "snapshot_disk_set",
    statement: "S3",
    says: "Ultra and Premium SSD v2 disks made from a snapshot with a customer-managed key must have the snapshot's encryption set",
    stances: [Absent, Absent, Absent, Absent, InForce, Lifted],
    source: "lifted on 2025-02-12, as a preview",
};

/// CMK032, of every disk and snapshot.
pub static KEY_STAYS: Restriction = Restriction {
    id: "key_stays",
    statement: "S3",
    says: "A customer-managed key can't be taken away from a disk",
    stances: [
        InForce,
        Unread,
        Relaxed("the key can't be taken away from a disk with incremental snapshots, nor from these"),
        Absent,
        Absent,
        Absent,
    ],
    source: "the pages around the restrictions, 2020; those of 2022-10 were not read",
};

/// CMK032, of disks with incremental snapshots, and of these.
pub static INCREMENTAL_KEY_STAYS: Restriction = Restriction {
    id: "incremental_key_stays",
    statement: "S3",
    says: "A customer-managed key can't be taken away from a disk with incremental snapshots, nor from an incremental snapshot",
    stances: ALWAYS,
    source: "the pages of 2022-10 were not read; what was said before and after includes it",
};

/// CMK020, for resources other than vaults.
pub static REGION: Restriction = Restriction {
    id: "region",
    statement: "S4",
    says: "Encryption sets, virtual machines, disks and snapshots that a customer-managed key connects must be in the same region",
    stances: ALWAYS,
    source: "",
};

/// CMK020, for vaults.
pub static VAULT_REGION: Restriction = Restriction {
    id: "vault_region",
    statement: "S4",
    says: "The vault must be in the region of the encryption set",
    stances: ALWAYS,
    source: "managed HSMs too: disk-encryption.md, 2026-04-02",
};

/// CMK021, for resources other than vaults.
pub static SUBSCRIPTION: Restriction = Restriction {
    id: "subscription",
    statement: "S4",
    says: "Encryption sets, virtual machines, disks and snapshots that a customer-managed key connects must be in the same subscription",
    stances: ALWAYS,
    source: "",
};

/// CMK021, for vaults.
pub static VAULT_SUBSCRIPTION: Restriction = Restriction {
    id: "vault_subscription",
    statement: "S4",
    says: "The vault must be in the subscription of the encryption set",
    stances: [InForce, Lifted, Absent, Absent, Absent, Absent],
    source: "",
};

/// The vault's tenant.
pub static VAULT_TENANT: Restriction = Restriction {
    id: "vault_tenant",
    statement: "S4",
    says: "The vault must be in the tenant of the encryption set",
    stances: [
        InForce,
        Relaxed("a vault of another tenant may be used, as a preview at first"),
        Absent,
        Absent,
        Absent,
        Absent,
    ],
    source: "not said in so many words in 2020-08; general since disks-cross-tenant-customer-managed-keys.md, 2025-06-12",
};

/// Sets with a user-assigned identity, or of another tenant, on Ultra and Premium SSD v2 disks.
pub static ULTRA_SET_IDENTITY: Restriction = Restriction {
    id: "ultra_set_identity",
    statement: "S4",
    says: "Ultra and Premium SSD v2 disks can't have an encryption set with a user-assigned identity",
    stances: [Absent, Absent, Absent, InForce, InForce, Lifted],
    source: "lifted by the second text of 2025-02-18, as a preview",
};

/// Ultra and Premium SSD v2 disks in Azure Government and Azure China.
pub static ULTRA_OTHER_CLOUDS: Restriction = Restriction {
    id: "ultra_other_clouds",
    statement: "S4",
    says: "Ultra and Premium SSD v2 disks can't have a customer-managed key in Azure Government and Azure China",
    stances: [Absent, Absent, Absent, InForce, Lifted, Absent],
    source: "",
};

/// CMK030, of disks, full snapshots and images.
pub static MOVE_GROUP: Restriction = Restriction {
    id: "move_group",
    statement: "S5",
    says: "Disks, snapshots and images encrypted with a customer-managed key can't be moved to another resource group",
    stances: [
        InForce,
        Relaxed("a disk can be moved once its virtual machine is deallocated"),
        Absent,
        Absent,
        Absent,
        Absent,
    ],
    source: "from the text of early 2021 on; that of 2020-08-24 forbids moves between subscriptions only",
};

/// CMK030, of disks.
pub static MOVE_GROUP_ATTACHED: Restriction = Restriction {
    id: "move_group_attached",
    statement: "S5",
    says: "Disks encrypted with a customer-managed key can be moved to another resource group only once their virtual machine is deallocated",
    stances: [Absent, InForce, InForce, InForce, InForce, InForce],
    source: "",
};

/// CMK030, of incremental snapshots.
pub static MOVE_GROUP_INCREMENTAL: Restriction = Restriction {
    id: "move_group_incremental",
    statement: "S5",
    says: "Incremental snapshots can't be moved to another resource group",
    stances: [InForce, Unread, InForce, InForce, InForce, InForce],
    source: "disks-incremental-snapshots-restrictions.md, 2024-12-11",
};

/// CMK031.
pub static MOVE_SUBSCRIPTION: Restriction = Restriction {
    id: "move_subscription",
    statement: "S5",
    says: "Disks, snapshots and images encrypted with a customer-managed key can't be moved to another subscription",
    stances: ALWAYS,
    source: "",
};

/// CMK040, CMK041.
pub static ADE: Restriction = Restriction {
    id: "ade",
    statement: "S6",
    says: "Managed disks that are or were encrypted with Azure Disk Encryption can't be encrypted with a customer-managed key",
    stances: ALWAYS,
    source: "",
};

/// CMK050.
pub static SETS_1000: Restriction = Restriction {
    id: "sets_1000",
    statement: "S7",
    says: "At most 1000 disk encryption sets per region and subscription",
    stances: [
        InForce,
        Relaxed("at most 5000 disk encryption sets per region and subscription"),
        Absent,
        Absent,
        Absent,
        Absent,
    ],
    source: "the text of 2020-08-24 said 50, and that of Azure China still did on 2021-01-04",
};

/// CMK050.
pub static SETS_5000: Restriction = Restriction {
    id: "sets_5000",
    statement: "S7",
    says: "At most 5000 disk encryption sets per region and subscription",
    stances: [Absent, InForce, InForce, InForce, InForce, InForce],
    source: "",
};

/// CMK060.
pub static VERSION_REGIONS: Restriction = Restriction {
    id: "version_regions",
    statement: "S8",
    says: "An encrypted image version needs an encryption set in each region that it is replicated to",
    stances: ALWAYS,
    source: "image-version-encryption.md, 2020-11-03 to 2023-02-22",
};

/// CMK061.
pub static VERSION_SUBSCRIPTION: Restriction = Restriction {
    id: "version_subscription",
    statement: "S8",
    says: "The encryption sets of an image version must be in the version's subscription",
    stances: ALWAYS,
    source: "image-version-encryption.md, 2020-11-03 to 2023-02-22",
};

/// CMK062.
pub static VERSION_KEY_STAYS: Restriction = Restriction {
    id: "version_key_stays",
    statement: "S8",
    says: "An image encrypted with a customer-managed key can't go back to the platform's key",
    stances: ALWAYS,
    source: "image-version-encryption.md, 2020-11-03 to 2023-02-22",
};

/// CMK063.
pub static GALLERY_SHARED: Restriction = Restriction {
    id: "gallery_shared",
    statement: "S8",
    says: "Encrypted image versions can't be in a community gallery or a gallery that is shared directly",
    stances: ALWAYS,
    source: "share-gallery-community.md, 2023-09-20; share-gallery-direct.md, 2023-02-14; before, image-version-encryption.md",
};

/// CMK070, where the platform was said to refuse the set.
pub static PURGE_PROTECTION_ENFORCED: Restriction = Restriction {
    id: "purge_protection_enforced",
    statement: "precondition",
    says: "A vault for disk encryption sets needs soft delete and purge protection",
    stances: [
        InForce,
        Relaxed("the documentation asks for both, and Azure accepts sets on vaults without"),
        Absent,
        Absent,
        Absent,
        Absent,
    ],
    source: "azurerm took its check away in 2023-02 (pull request 20253), and its tests make such a set",
};

/// CMK070.
pub static PURGE_PROTECTION: Restriction = Restriction {
    id: "purge_protection",
    statement: "precondition",
    says: "The documentation asks for soft delete and purge protection of a vault for disk encryption sets",
    stances: ALWAYS,
    source: "virtual-machines-disks-encryption-create-key-vault-portal.md",
};

/// CMK071.
pub static VAULT_ACCESS: Restriction = Restriction {
    id: "vault_access",
    statement: "precondition",
    says: "An encryption set's identity needs the right to read, wrap and unwrap its key",
    stances: ALWAYS,
    source: "disk-encryption.md",
};

/// CMK072.
pub static KEY_URL_VERSION: Restriction = Restriction {
    id: "key_url_version",
    statement: "precondition",
    says: "A key URL names a version; where azurerm rotates by itself it names none",
    stances: ALWAYS,
    source: "REST reference, KeyForDiskEncryptionSet; azurerm since 3.70",
};

/// CMK080.
pub static SET_TYPE: Restriction = Restriction {
    id: "set_type",
    statement: "precondition",
    says: "An encryption set for confidential VMs serves their OS disks only, and no other set serves them",
    stances: ALWAYS,
    source: "REST reference, DiskEncryptionSetType",
};

/// CMK073.
pub static GRANT_FIRST: Restriction = Restriction {
    id: "grant_first",
    statement: "precondition",
    says: "An encryption set's identity needs access to the key before anything is encrypted with the set",
    stances: ALWAYS,
    source: "disk-encryption.md, 2026-04-02; hashicorp/terraform-provider-azurerm issues 9177 and 17573",
};

/// CMK022.
pub static SOURCE_VAULT_SUBSCRIPTION: Restriction = Restriction {
    id: "source_vault_subscription",
    statement: "precondition",
    says: "A set whose vault is in another subscription names its key by URL alone, without a source vault",
    stances: [Absent, InForce, InForce, InForce, InForce, InForce],
    source: "REST reference, KeyForDiskEncryptionSet",
};

/// CMK026.
pub static OPENSHIFT_ONE_SET: Restriction = Restriction {
    id: "openshift_one_set",
    statement: "precondition",
    says: "All nodes of an Azure Red Hat OpenShift cluster are encrypted with one encryption set",
    stances: ALWAYS,
    source: "Azure/ARO-RP at 668755cf, openshiftcluster_validatestatic.go",
};

/// CMK027.
pub static RECOVERY_SET: Restriction = Restriction {
    id: "recovery_set",
    statement: "precondition",
    says: "A disk with a customer-managed key needs an encryption set for its recovered copy too",
    stances: ALWAYS,
    source: "azure-to-azure-how-to-enable-replication-cmk-disks.md, 2024-03-27",
};

/// CMK043.
pub static ADE_AND_HOST: Restriction = Restriction {
    id: "ade_and_host",
    statement: "precondition",
    says: "A virtual machine with Azure Disk Encryption can't have encryption at host",
    stances: ALWAYS,
    source: "disks-enable-host-based-encryption, restrictions",
};

/// CMK064.
pub static ENCRYPTED_VERSION_SOURCE: Restriction = Restriction {
    id: "encrypted_version_source",
    statement: "S8",
    says: "An image version can't be made from an image version that is encrypted with a customer-managed key",
    stances: ALWAYS,
    source: "image-version-encryption.md, 2020-11-03 to 2023-02-22",
};

/// CMK074.
pub static VAULT_NETWORK: Restriction = Restriction {
    id: "vault_network",
    statement: "precondition",
    says: "A vault whose firewall denies by default lets trusted services through, or encryption sets can't use its keys",
    stances: ALWAYS,
    source: "overview-vnet-service-endpoints.md, 2024-01-30",
};

/// CMK075.
pub static KEY_USABLE: Restriction = Restriction {
    id: "key_usable",
    statement: "precondition",
    says: "The key of an encryption set is enabled and in its time, and may wrap and unwrap",
    stances: ALWAYS,
    source: "disk-encryption.md, 2026-04-02",
};

/// CMK081.
pub static CONFIDENTIAL_KEY: Restriction = Restriction {
    id: "confidential_key",
    statement: "precondition",
    says: "The key of an encryption set for confidential VMs is an RSA-HSM key that can be released, in a premium vault or a managed HSM",
    stances: ALWAYS,
    source: "quick-create-confidential-vm-arm.md, 2023-12-01",
};

/// CMK082.
pub static DOUBLE_ENCRYPTION: Restriction = Restriction {
    id: "double_encryption",
    statement: "precondition",
    says: "Ultra and Premium SSD v2 disks can't have double encryption at rest",
    stances: ALWAYS,
    source: "disk-encryption.md, 2026-04-02",
};

/// CMK083.
pub static EPHEMERAL_ROTATION: Restriction = Restriction {
    id: "ephemeral_rotation",
    statement: "precondition",
    says: "Virtual machines with an ephemeral OS disk have to be deleted before the key of their set is rotated",
    stances: ALWAYS,
    source: "ephemeral-os-disks.md, 2026-09-08",
};

/// CMK042.
pub static ADE_END: Restriction = Restriction {
    id: "ade_end",
    statement: "policy",
    says: "Azure Disk Encryption retires on 15 September 2028; encrypted disks don't unlock at a restart after that",
    stances: ALWAYS,
    source: "azure-disk-encryption-retirement, 2025-12-03",
};

/// CMK090.
pub static DISK_POLICY: Restriction = Restriction {
    id: "disk_policy",
    statement: "policy",
    says: "Policy: disks and images are encrypted with a customer-managed key",
    stances: ALWAYS,
    source: "Azure Policy 702dd420-7fcc-42c5-afe8-4026edd20fe0",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_restriction_has_a_name_of_its_own_and_words_and_holds_in_some_edition() {
        let ids: BTreeSet<&str> = RESTRICTIONS.iter().map(|r| r.id).collect();
        assert_eq!(ids.len(), RESTRICTIONS.len());
        for restriction in RESTRICTIONS {
            assert!(!restriction.says.is_empty() && !restriction.says.ends_with('.'), "{}", restriction.id);
            assert!(Edition::ALL.iter().any(|e| restriction.in_force(*e)), "{}", restriction.id);
        }
    }

    #[test]
    fn what_held_and_holds_no_more_says_when_it_was_lifted_and_what_holds_was_not() {
        for restriction in RESTRICTIONS {
            for pair in Edition::ALL.windows(2) {
                let [before, then] = pair else { continue };
                let ends = restriction.in_force(*before)
                    && !matches!(restriction.stance(*then), Stance::InForce | Stance::Unread);
                let is_lifted = restriction.lifted_after(*before).is_some_and(|lift| lift.edition == *then);
                // Nothing is known about an edition that was not read, so no restriction ends with it.
                let is_lifted = is_lifted && restriction.in_force(*before) && !restriction.in_force(*then);
                assert_eq!(ends, is_lifted, "{} {then}", restriction.id);
            }
            let latest = restriction.in_force(Edition::LATEST);
            let lifted = Edition::ALL
                .iter()
                .filter(|e| restriction.in_force(**e))
                .all(|e| restriction.lifted_after(*e).is_some());
            assert_ne!(latest, lifted, "{}", restriction.id);
        }
    }

    #[test]
    fn a_lift_is_described_with_its_edition() {
        let lift = VAULT_SUBSCRIPTION.lifted_after(Edition::Y2020M08).unwrap();
        assert_eq!(lift.describe(), "lifted in the edition of 2022-10");
        // What was not read is skipped.
        let lift = KEY_STAYS.lifted_after(Edition::Y2020M08).unwrap();
        assert!(lift.describe().starts_with("relaxed in the edition of 2023-02: the key can't be taken away"));
        assert_eq!(SUBSCRIPTION.lifted_after(Edition::Y2020M08), None);
    }
}
