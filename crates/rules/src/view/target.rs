use cmklint_graph::{Cases, NodeId, Value, World};

use super::estate_view::View;
use super::slot::Stated;
use super::slot::Use;
use super::source::{Content, number};

/// A region that an image version is copied to, in the worlds where it is in the list.
#[derive(Clone, Debug)]
pub(crate) struct TargetRegion {
    pub(crate) world: World,
    pub(crate) path: String,
    pub(crate) name: Value,
    /// Its disks.
    pub(crate) uses: Vec<TargetUse>,
}

/// A disk of a target region.
#[derive(Clone, Debug)]
pub(crate) struct TargetUse {
    /// The object that may name a set.
    pub(crate) object: String,
    /// The number of a data disk.
    pub(crate) lun: Option<Value>,
}

impl TargetUse {
    /// The properties that may name the disk's set.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let mut uses = vec![Use { path: format!("{}.diskEncryptionSetId", self.object), confidential: false }];
        if self.lun.is_none() {
            let path = format!("{}.securityProfile.secureVMDiskEncryptionSetId", self.object);
            uses.push(Use { path, confidential: true });
        }
        uses
    }

    /// Whether this is the disk that `content` means.
    pub(crate) fn is_for(&self, content: &Content) -> bool {
        match (content, &self.lun) {
            (Content::Os, None) => true,
            (Content::Data(a), Some(b)) => number(a).is_some() && number(a) == number(b),
            _ => false,
        }
    }
}

impl View<'_> {
    /// The target regions of the image version at `node`, in the worlds within `world`.
    pub(crate) fn target_regions(&self, node: NodeId, world: &World) -> Vec<TargetRegion> {
        let items = self.items(node, "properties.publishingProfile.targetRegions", world);
        items
            .into_iter()
            .map(|(world, (path, item))| {
                let mut uses = vec![TargetUse { object: format!("{path}.encryption.osDiskImage"), lun: None }];
                let disks = format!("{path}.encryption.dataDiskImages");
                for (_, (object, disk)) in self.items(node, &disks, &world) {
                    let used = TargetUse { object, lun: Some(disk.get("lun")) };
                    if !uses.iter().any(|u| u.object == used.object) {
                        uses.push(used);
                    }
                }
                TargetRegion { world, path, name: item.get("name"), uses }
            })
            .collect()
    }

    /// What the target region states about its disks' sets: the first set that one of them names, else whether it is known that there is none.
    pub(crate) fn target_stated(&self, node: NodeId, region: &TargetRegion, world: &World) -> Cases<Stated> {
        let uses: Vec<Use> = region.uses.iter().flat_map(TargetUse::uses).collect();
        self.stated_by(node, &uses, world)
    }
}
