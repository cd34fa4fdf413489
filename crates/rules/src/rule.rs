mod cmk001_key_type;
mod cmk002_key_size;
mod cmk003_hsm_key_vault_tier;
mod cmk004_key_reference;
mod cmk010_image_disk_key;
mod cmk011_image_disk_subscription;
mod cmk012_snapshot_key;
mod cmk020_same_region;
mod cmk021_same_subscription;
mod cmk030_move_resource_group;
mod cmk031_move_subscription;
mod cmk032_incremental_snapshot_key_kept;
mod cmk040_ade_and_cmk;
mod cmk041_previously_ade;
mod cmk050_encryption_set_limit;
mod cmk060_image_version_region;
mod cmk061_image_version_subscription;
mod cmk062_image_version_key_kept;
mod cmk063_encrypted_image_shared;
mod cmk070_vault_purge_protection;
mod cmk071_vault_access;
mod cmk072_key_rotation_url;
mod cmk080_encryption_set_type;
mod cmk090_disk_without_cmk;
mod grant;
mod link;
mod moved;
mod ordered;
mod origin;
mod roles;
mod standing_sets;

use std::fmt;
use std::str::FromStr;

use cmklint_graph::{NodeId, World};

use crate::engine::Context;
use crate::view::{SetRef, TargetRegion};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// Probably wrong, or wrong under a policy.
    Warning,
    /// The platform refuses it.
    Error,
}

impl Level {
    /// `notice`, `warning` or `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Notice, Self::Warning, Self::Error]
            .into_iter()
            .find(|l| l.as_str() == text)
            .ok_or_else(|| format!("no such level: {text} (error, warning or notice)"))
    }
}

/// An edition of the documentation's restrictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// The include of 2020-08-24.
    #[default]
    Y2020M08,
    /// The include of 2023-02.
    Y2023M02,
}

impl Edition {
    /// Both, the older first.
    pub const ALL: [Self; 2] = [Self::Y2020M08, Self::Y2023M02];

    /// `2020-08` or `2023-02`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Y2020M08 => "2020-08",
            Self::Y2023M02 => "2023-02",
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Edition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|e| e.as_str() == text)
            .ok_or_else(|| format!("no such edition: {text} (2020-08 or 2023-02)"))
    }
}

/// What a rule is, declared once at the top of its file. Its words are in `rules/ID/rule.md`.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// `CMK001`.
    pub id: &'static str,
    /// `key_type`.
    pub name: &'static str,
    /// The level of its findings, unless a finding or the configuration says otherwise.
    pub level: Level,
    /// The editions that hold it.
    pub editions: &'static [Edition],
    /// Whether it runs unless it is switched on or off.
    pub default_on: bool,
    /// The statement it comes from: `S1` to `S8`, `precondition` or `policy`.
    pub statement: &'static str,
    /// The restriction's own words in short, for the report.
    pub restriction: &'static str,
    /// GitHub's `security-severity` (0.1 to 10.0), where a finding is one of security; `None` for "this deployment will fail".
    pub security_severity: Option<&'static str>,
    /// The text of `rules/ID/rule.md`.
    pub page: &'static str,
}

/// The rules, by id.
pub(crate) static ALL: &[&dyn crate::registry::Rule] = &[
    &cmk001_key_type::KeyType,
    &cmk002_key_size::KeySize,
    &cmk003_hsm_key_vault_tier::HsmKeyVaultTier,
    &cmk004_key_reference::KeyReference,
    &cmk010_image_disk_key::ImageDiskKey,
    &cmk011_image_disk_subscription::ImageDiskSubscription,
    &cmk012_snapshot_key::SnapshotKey,
    &cmk020_same_region::SameRegion,
    &cmk021_same_subscription::SameSubscription,
    &cmk030_move_resource_group::MoveResourceGroup,
    &cmk031_move_subscription::MoveSubscription,
    &cmk032_incremental_snapshot_key_kept::IncrementalSnapshotKeyKept,
    &cmk040_ade_and_cmk::AdeAndCmk,
    &cmk041_previously_ade::PreviouslyAde,
    &cmk050_encryption_set_limit::EncryptionSetLimit,
    &cmk060_image_version_region::ImageVersionRegion,
    &cmk061_image_version_subscription::ImageVersionSubscription,
    &cmk062_image_version_key_kept::ImageVersionKeyKept,
    &cmk063_encrypted_image_shared::EncryptedImageShared,
    &cmk070_vault_purge_protection::VaultPurgeProtection,
    &cmk071_vault_access::VaultAccess,
    &cmk072_key_rotation_url::KeyRotationUrl,
    &cmk080_encryption_set_type::EncryptionSetType,
    &cmk090_disk_without_cmk::DiskWithoutCmk,
];

/// The encryption sets that declared image versions certainly name, each with its version and target region.
fn target_sets(cx: &Context<'_>) -> Vec<(NodeId, TargetRegion, (World, SetRef))> {
    let mut out = Vec::new();
    for version in cx.versions() {
        for world in cx.estate.present(version, &World::any()) {
            for region in cx.view.target_regions(version, &world) {
                for used in region.uses.iter().flat_map(|u| u.uses()) {
                    for found in cx.view.sets_by(version, &used, &region.world) {
                        out.push((version, region.clone(), found));
                    }
                }
            }
        }
    }
    out
}
