//! The rules, each in a file of its own; what several of them use is in `shared`.

/// The page of a rule, `rules/ID/rule.md`, which the build script puts where it is found in a published package too.
macro_rules! page {
    ($id:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/pages/", $id, ".md"))
    };
}

mod cmk001_key_type;
mod cmk002_key_size;
mod cmk003_hsm_key_vault_tier;
mod cmk004_key_reference;
mod cmk010_image_disk_key;
mod cmk011_image_disk_subscription;
mod cmk012_snapshot_key;
mod cmk013_snapshot_disk_set;
mod cmk020_same_region;
mod cmk021_same_subscription;
mod cmk022_source_vault_elsewhere;
mod cmk024_set_identity_disk_type;
mod cmk026_openshift_one_set;
mod cmk027_failover_set_missing;
mod cmk030_move_resource_group;
mod cmk031_move_subscription;
mod cmk032_incremental_snapshot_key_kept;
mod cmk040_ade_and_cmk;
mod cmk041_previously_ade;
mod cmk042_ade_retires;
mod cmk043_ade_and_encryption_at_host;
pub(crate) mod cmk050_encryption_set_limit;
mod cmk060_image_version_region;
mod cmk061_image_version_subscription;
mod cmk062_image_version_key_kept;
mod cmk063_encrypted_image_shared;
mod cmk064_image_version_source;
mod cmk070_vault_purge_protection;
mod cmk071_vault_access;
mod cmk072_key_rotation_url;
mod cmk073_grant_before_use;
mod cmk074_vault_network;
mod cmk075_key_usable;
mod cmk080_encryption_set_type;
mod cmk081_confidential_key;
mod cmk082_double_encryption_disk;
mod cmk083_ephemeral_rotation;
mod cmk090_disk_without_cmk;
mod shared;

use crate::meta::RuleMeta;
use crate::rule::Rule;

/// The rules, by id.
pub static RULES: &[&dyn Rule] = &[
    &cmk001_key_type::KeyType,
    &cmk002_key_size::KeySize,
    &cmk003_hsm_key_vault_tier::HsmKeyVaultTier,
    &cmk004_key_reference::KeyReference,
    &cmk010_image_disk_key::ImageDiskKey,
    &cmk011_image_disk_subscription::ImageDiskSubscription,
    &cmk012_snapshot_key::SnapshotKey,
    &cmk013_snapshot_disk_set::SnapshotDiskSet,
    &cmk020_same_region::SameRegion,
    &cmk021_same_subscription::SameSubscription,
    &cmk022_source_vault_elsewhere::SourceVaultElsewhere,
    &cmk024_set_identity_disk_type::SetIdentityDiskType,
    &cmk026_openshift_one_set::OpenshiftOneSet,
    &cmk027_failover_set_missing::FailoverSetMissing,
    &cmk030_move_resource_group::MoveResourceGroup,
    &cmk031_move_subscription::MoveSubscription,
    &cmk032_incremental_snapshot_key_kept::IncrementalSnapshotKeyKept,
    &cmk040_ade_and_cmk::AdeAndCmk,
    &cmk041_previously_ade::PreviouslyAde,
    &cmk042_ade_retires::AdeRetires,
    &cmk043_ade_and_encryption_at_host::AdeAndEncryptionAtHost,
    &cmk050_encryption_set_limit::EncryptionSetLimit,
    &cmk060_image_version_region::ImageVersionRegion,
    &cmk061_image_version_subscription::ImageVersionSubscription,
    &cmk062_image_version_key_kept::ImageVersionKeyKept,
    &cmk063_encrypted_image_shared::EncryptedImageShared,
    &cmk064_image_version_source::ImageVersionSource,
    &cmk070_vault_purge_protection::VaultPurgeProtection,
    &cmk071_vault_access::VaultAccess,
    &cmk072_key_rotation_url::KeyRotationUrl,
    &cmk073_grant_before_use::GrantBeforeUse,
    &cmk074_vault_network::VaultNetwork,
    &cmk075_key_usable::KeyUsable,
    &cmk080_encryption_set_type::EncryptionSetType,
    &cmk081_confidential_key::ConfidentialKey,
    &cmk082_double_encryption_disk::DoubleEncryptionDisk,
    &cmk083_ephemeral_rotation::EphemeralRotation,
    &cmk090_disk_without_cmk::DiskWithoutCmk,
];

/// The rule with that id (any case) or name (`_` and `-` alike).
#[must_use]
pub fn by_id_or_name(text: &str) -> Option<&'static RuleMeta> {
    let name = text.replace('-', "_");
    RULES
        .iter()
        .map(|rule| rule.meta())
        .find(|meta| meta.id.eq_ignore_ascii_case(text) || meta.name.eq_ignore_ascii_case(&name))
}
