//! Which resource types of an inventory are kept, and which of their properties: those that rules read.

use std::sync::{Arc, OnceLock};

use cmklint_graph::RESOURCE_GROUPS;

/// A type and its kept paths. A path's segments may end in `[]` (a list), in `!` (kept as a whole) or in `?`: where Resource Graph leaves it out,
/// or may know only a part of it, it is unknown instead of absent.
struct Known {
    /// The type as ARM writes it.
    name: &'static str,
    paths: &'static [&'static str],
}

const MANAGED_DISK: &str = "id,diskEncryptionSet?.id,securityProfile?.diskEncryptionSet.id";

const KEY: &[&str] = &[
    "properties.kty?",
    "properties.keySize?",
    "properties.curveName?",
    "properties.keyUri?",
    "properties.keyOps?[]",
    "properties.attributes?.{enabled?,nbf?,exp?}",
];

/// The types, with the paths that `rules.md` of the specification lists. Resource Graph has no keys (they are listed for rows from elsewhere), and a vault's access
/// policies are only a part of those who may use it. A VM that is not running is listed without some properties of its disks.
/// <https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources>
const KNOWN: &[Known] = &[
    Known { name: RESOURCE_GROUPS, paths: &[] },
    Known {
        name: "Microsoft.KeyVault/vaults",
        paths: &[
            "properties.sku.name",
            "properties.enablePurgeProtection",
            "properties.enableSoftDelete?",
            "properties.enableRbacAuthorization?",
            "properties.vaultUri?",
            "properties.networkAcls?.{defaultAction,bypass}",
            "properties.accessPolicies?[].objectId",
            "properties.accessPolicies?[].permissions.keys?[]",
        ],
    },
    Known {
        name: "Microsoft.KeyVault/managedHSMs",
        paths: &["properties.enablePurgeProtection?", "properties.hsmUri?", "sku.name?"],
    },
    Known { name: "Microsoft.KeyVault/vaults/keys", paths: KEY },
    Known { name: "Microsoft.KeyVault/managedHSMs/keys", paths: KEY },
    Known {
        name: "Microsoft.Compute/diskEncryptionSets",
        paths: &[
            "properties.activeKey.sourceVault.id",
            "properties.activeKey.keyUrl",
            "properties.encryptionType",
            "properties.rotationToLatestKeyVersionEnabled",
            "identity!",
        ],
    },
    Known {
        name: "Microsoft.Compute/disks",
        paths: &[
            "properties.encryption.{diskEncryptionSetId,type}",
            "properties.encryptionSettingsCollection.enabled",
            "properties.creationData.{createOption,sourceResourceId,sourceUri}",
            "properties.creationData.imageReference.{id,lun}",
            "properties.creationData.galleryImageReference.{id,lun}",
            "properties.securityProfile.{secureVMDiskEncryptionSetId,securityType}",
            "properties.osType?",
            "sku.name",
            "managedBy?",
        ],
    },
    Known {
        name: "Microsoft.Compute/snapshots",
        paths: &[
            "properties.encryption.{diskEncryptionSetId,type}",
            "properties.encryptionSettingsCollection.enabled",
            "properties.creationData.{createOption,sourceResourceId,sourceUri}",
            "properties.creationData.imageReference.{id,lun}",
            "properties.creationData.galleryImageReference.{id,lun}",
            "properties.securityProfile.{secureVMDiskEncryptionSetId,securityType}",
            "properties.incremental",
            "sku.name",
        ],
    },
    Known {
        name: "Microsoft.Compute/images",
        paths: &[
            "properties.sourceVirtualMachine.id",
            "properties.storageProfile.osDisk.diskEncryptionSet.id",
            "properties.storageProfile.osDisk.managedDisk.id",
            "properties.storageProfile.osDisk.snapshot.id",
            "properties.storageProfile.osDisk.blobUri",
            "properties.storageProfile.dataDisks[].lun",
            "properties.storageProfile.dataDisks[].diskEncryptionSet.id",
            "properties.storageProfile.dataDisks[].managedDisk.id",
            "properties.storageProfile.dataDisks[].snapshot.id",
            "properties.storageProfile.dataDisks[].blobUri",
        ],
    },
    Known { name: "Microsoft.Compute/galleries", paths: &["properties.sharingProfile.permissions"] },
    Known {
        name: "Microsoft.Compute/galleries/images/versions",
        paths: &[
            "properties.publishingProfile.targetRegions[].name",
            "properties.publishingProfile.targetRegions[].encryption.osDiskImage.diskEncryptionSetId",
            "properties.publishingProfile.targetRegions[].encryption.osDiskImage.securityProfile.{secureVMDiskEncryptionSetId,confidentialVMEncryptionType}",
            "properties.publishingProfile.targetRegions[].encryption.dataDiskImages[].{lun,diskEncryptionSetId}",
            "properties.storageProfile.source.{id,virtualMachineId}",
            "properties.storageProfile.osDiskImage.source.{id,uri}",
            "properties.storageProfile.dataDiskImages[].lun",
            "properties.storageProfile.dataDiskImages[].source.{id,uri}",
        ],
    },
    Known {
        name: "Microsoft.Compute/virtualMachines",
        paths: &[
            "properties.storageProfile.imageReference.id",
            "properties.storageProfile.osDisk.{createOption,osType?,encryptionSettings?.enabled,managedDisk?.{*}}",
            "properties.storageProfile.dataDisks[].{lun,createOption,sourceResource.id,managedDisk?.{*}}",
            "properties.securityProfile?.encryptionAtHost",
        ],
    },
    Known {
        name: "Microsoft.Compute/virtualMachineScaleSets",
        paths: &[
            "properties.virtualMachineProfile.storageProfile.imageReference.id",
            "properties.virtualMachineProfile.storageProfile.osDisk.{createOption,osType?,encryptionSettings?.enabled,managedDisk?.{*}}",
            "properties.virtualMachineProfile.storageProfile.dataDisks[].{lun,createOption,managedDisk?.{*}}",
            "properties.virtualMachineProfile.extensionProfile.extensions[].name",
            "properties.virtualMachineProfile.extensionProfile.extensions[].properties.{publisher,type}",
            "properties.virtualMachineProfile.extensionProfile.extensions[].properties.settings?.{VolumeType?,EncryptionOperation?}",
        ],
    },
    Known {
        name: "Microsoft.Compute/virtualMachines/extensions",
        paths: &["properties.{publisher,type}", "properties.settings?.{VolumeType?,EncryptionOperation?}"],
    },
    Known {
        name: "Microsoft.Compute/virtualMachineScaleSets/extensions",
        paths: &["properties.{publisher,type}", "properties.settings?.{VolumeType?,EncryptionOperation?}"],
    },
];

/// More of them: services that make disks of their own.
const SERVICES: &str = include_str!("../data/services.csv");

/// Which part of a value is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text, number or boolean.
    Scalar,
    /// All of it.
    Whole,
    /// Some members of an object.
    Object(Vec<KeptMember>),
}

/// A kept member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptMember {
    pub(crate) name: Arc<str>,
    pub(crate) list: bool,
    /// Whether it is unknown, rather than absent, where a row leaves it out.
    pub(crate) open: bool,
    pub(crate) shape: Shape,
}

impl KeptMember {
    /// The member of `nodes` with the name `name`, in any case, as ARM reads property names.
    pub(crate) fn find<'n>(nodes: &'n [Self], name: &str) -> Option<&'n Self> {
        nodes.iter().find(|n| n.name.eq_ignore_ascii_case(name))
    }
}

/// A kept type.
#[derive(Debug)]
pub(crate) struct KeptKind {
    pub(crate) name: &'static str,
    /// The type in lower case, as Resource Graph writes it.
    pub(crate) folded: String,
    /// The kept members of a row besides id and location: `properties`, `sku`, …
    pub(crate) members: Vec<KeptMember>,
}

/// All kept types.
pub(crate) fn kinds() -> &'static [KeptKind] {
    static KINDS: OnceLock<Vec<KeptKind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let kept = |known: &Known| {
            let mut members = Vec::new();
            for path in known.paths {
                for path in expand(&path.replace("{*}", &format!("{{{MANAGED_DISK}}}"))) {
                    add(&mut members, &path);
                }
            }
            KeptKind::new(known.name, members)
        };
        let mut kinds: Vec<KeptKind> = KNOWN.iter().map(kept).collect();
        let rows = SERVICES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(','));
        for (name, path) in rows {
            if kinds.last().is_none_or(|last| last.name != name) {
                kinds.push(KeptKind::new(name, Vec::new()));
            }
            if let Some(last) = kinds.last_mut() {
                add(&mut last.members, path);
            }
        }
        kinds
    })
}

impl KeptKind {
    fn new(name: &'static str, members: Vec<KeptMember>) -> Self {
        Self { name, folded: name.to_ascii_lowercase(), members }
    }
}

/// `a.{b,c.{d,e}}` as `a.b`, `a.c.d`, `a.c.e`.
fn expand(path: &str) -> Vec<String> {
    let Some((front, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in inner.chars() {
        match c {
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.iter().flat_map(|part| expand(part)).map(|part| format!("{front}{part}")).collect()
}

fn add(nodes: &mut Vec<KeptMember>, path: &str) {
    let (segment, rest) = path.split_once('.').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
    let (segment, list) = segment.strip_suffix("[]").map_or((segment, false), |s| (s, true));
    let (segment, whole) = segment.strip_suffix('!').map_or((segment, false), |s| (s, true));
    let (name, open) = segment.strip_suffix('?').map_or((segment, false), |s| (s, true));
    let at = nodes.iter().position(|n| &*n.name == name).unwrap_or_else(|| {
        let shape = if whole { Shape::Whole } else { Shape::Scalar };
        nodes.push(KeptMember { name: name.into(), list, open, shape });
        nodes.len() - 1
    });
    let (Some(rest), Some(node)) = (rest, nodes.get_mut(at)) else { return };
    if node.shape == Shape::Scalar {
        node.shape = Shape::Object(Vec::new());
    }
    if let Shape::Object(members) = &mut node.shape {
        add(members, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(nodes: &[KeptMember], front: &str, out: &mut Vec<String>) {
        for node in nodes {
            let list = if node.list { "[]" } else { "" };
            let open = if node.open { "?" } else { "" };
            let path = format!("{front}{}{open}{list}", node.name);
            match &node.shape {
                Shape::Object(members) => paths(members, &format!("{path}."), out),
                Shape::Scalar => out.push(path),
                Shape::Whole => out.push(format!("{path}!")),
            }
        }
    }

    #[test]
    fn the_table_expands_to_a_tree_of_the_paths_it_names() {
        let vm = kinds().iter().find(|k| k.folded == "microsoft.compute/virtualmachines").unwrap();
        let mut all = Vec::new();
        paths(&vm.members, "", &mut all);
        let profile = "properties.storageProfile";
        assert_eq!(
            all,
            [
                format!("{profile}.imageReference.id"),
                format!("{profile}.osDisk.createOption"),
                format!("{profile}.osDisk.osType?"),
                format!("{profile}.osDisk.encryptionSettings?.enabled"),
                format!("{profile}.osDisk.managedDisk?.id"),
                format!("{profile}.osDisk.managedDisk?.diskEncryptionSet?.id"),
                format!("{profile}.osDisk.managedDisk?.securityProfile?.diskEncryptionSet.id"),
                format!("{profile}.dataDisks[].lun"),
                format!("{profile}.dataDisks[].createOption"),
                format!("{profile}.dataDisks[].sourceResource.id"),
                format!("{profile}.dataDisks[].managedDisk?.id"),
                format!("{profile}.dataDisks[].managedDisk?.diskEncryptionSet?.id"),
                format!("{profile}.dataDisks[].managedDisk?.securityProfile?.diskEncryptionSet.id"),
                "properties.securityProfile?.encryptionAtHost".to_owned(),
            ]
        );
    }

    #[test]
    fn each_kind_is_listed_once_and_each_path_is_plain() {
        let mut names: Vec<&str> = kinds().iter().map(|k| k.folded.as_str()).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
        for kind in kinds() {
            let mut all = Vec::new();
            paths(&kind.members, "", &mut all);
            assert!(all.iter().all(|p| !p.contains(['{', '}', ',', '*'])), "{all:?}");
        }
    }
}
