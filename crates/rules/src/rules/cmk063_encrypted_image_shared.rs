//! CMK063: a gallery with encrypted image versions is not shared.

use super::shared::target_sets::{TargetSet, target_sets};
use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::GALLERY_SHARED;
use crate::rule::Rule;
use crate::view::{is_text, kind, plain};
use cmklint_graph::{Cases, NodeId, ResourceId, Spelled, Value, World};

const PERMISSIONS: &str = "properties.sharingProfile.permissions";

static META: RuleMeta = RuleMeta {
    id: "CMK063",
    name: "encrypted_image_shared",
    level: Level::Error,
    restrictions: &[&GALLERY_SHARED],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK063"),
};

/// The rule.
pub(crate) struct EncryptedImageShared;

impl Rule for EncryptedImageShared {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for TargetSet { world, version, set, .. } in target_sets(cx) {
            for (world, gallery) in gallery_of(cx, version, &world) {
                let shared = |permission: &Value| is_text(permission, "Community") || is_text(permission, "Groups");
                for (world, permission) in cx.values(gallery, PERMISSIONS, &world).filter(shared) {
                    cx.finding(gallery, PERMISSIONS)
                        .world(&world)
                        .message(format!(
                            "{} is shared ({}) and holds {}, which is encrypted with a customer-managed key",
                            cx.title(gallery),
                            plain(&permission),
                            cx.title(version)
                        ))
                        .words("encrypted image versions can't be shared")
                        .related(version, &set.path, "this image version is encrypted with a customer-managed key")
                        .trail("sharing permission", gallery, &permission)
                        .help(format!(
                            "Write {}, or keep encrypted images in a gallery of their own",
                            cx.set_to(gallery, PERMISSIONS, Spelled::Text("Private"))
                        ))
                        .push(out);
                }
            }
        }
    }
}

/// The gallery, declared or in the inventory, of the image version at `version`.
fn gallery_of(cx: &Context<'_>, version: NodeId, world: &World) -> Cases<NodeId> {
    let Some(resource) = cx.resource(version) else { return Cases::none() };
    let [gallery, _, _] = &resource.names[..] else { return Cases::none() };
    let id = ResourceId::in_scope(&resource.scope, kind::GALLERY, vec![gallery.clone()]);
    let found = cx.find(&id, world, version.deployment).filter_map(|target| target.node());
    found.filter(|gallery| cx.is_known(*gallery))
}
