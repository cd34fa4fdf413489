//! CMK063: a gallery with encrypted image versions is not shared.

use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};
use crate::view::{is_text, kind, some};
use cmklint_graph::{NodeId, ResourceId, Target, World};

const PERMISSIONS: &str = "properties.sharingProfile.permissions";

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK063",
    name: "encrypted_image_shared",
    level: Level::Error,
    editions: &[Edition::Y2020M08],
    default_on: true,
    statement: "S8",
    restriction: "Encrypted image versions need an encryption set of the same subscription in each target region, stay encrypted, and can't be shared",
    security_severity: None,
    page: include_str!("../../../../rules/CMK063/rule.md"),
};

/// CMK063.
pub(crate) struct EncryptedImageShared;

impl Rule for EncryptedImageShared {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for (version, _, (world, set)) in super::target_sets(cx) {
            for (world, gallery) in gallery_of(cx, version, &world) {
                for (world, permission) in cx.view.values(gallery, PERMISSIONS, &world) {
                    if !is_text(&permission, "Community") && !is_text(&permission, "Groups") {
                        continue;
                    }
                    cx.finding(&META, gallery, PERMISSIONS)
                        .world(&world)
                        .message(format!(
                            "gallery {} is shared ({}) and holds an image version that is encrypted with a customer-managed key",
                            cx.address(gallery),
                            permission.describe()
                        ))
                        .words("encrypted image versions can't be shared")
                        .related(version, &set.path, "this image version is encrypted with a customer-managed key")
                        .trail("sharing permission", gallery, &permission)
                        .help("Keep encrypted images in a gallery of their own whose permission is 'Private'")
                        .push(out);
                }
            }
        }
    }
}

/// The gallery, declared or standing, of the image version at `version`.
fn gallery_of(cx: &Context<'_>, version: NodeId, world: &World) -> Vec<(World, NodeId)> {
    let Some(resource) = cx.estate.resource(version) else { return Vec::new() };
    let [gallery, _, _] = &resource.names[..] else { return Vec::new() };
    let id = ResourceId {
        subscription: some(&resource.scope.subscription),
        resource_group: some(&resource.scope.resource_group),
        base: None,
        kind: kind::GALLERY.into(),
        names: vec![gallery.clone()],
    };
    let found = cx.estate.find(&id, world, version.deployment).into_iter();
    found
        .filter_map(|(world, target)| match target {
            Target::Node(gallery) if cx.is_known(gallery) => Some((world, gallery)),
            _ => None,
        })
        .collect()
}
