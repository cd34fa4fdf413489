//! CMK090: each disk and image names an encryption set.

use crate::engine::{Context, Findings};
use crate::registry::Rule;
use crate::rule::{Edition, Level, RuleMeta};
use crate::view::{Content, Crypt, Role, Slot, Stated, is_text};
use cmklint_graph::{Target, Value, World};

/// What it is.
pub(crate) static META: RuleMeta = RuleMeta {
    id: "CMK090",
    name: "disk_without_cmk",
    level: Level::Warning,
    editions: &Edition::ALL,
    default_on: false,
    statement: "policy",
    restriction: "Policy: disks and images are encrypted with a customer-managed key",
    security_severity: Some("3.0"),
    page: include_str!("../../../../rules/CMK090/rule.md"),
};

/// CMK090.
pub(crate) struct DiskWithoutCmk;

impl Rule for DiskWithoutCmk {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.slots().filter(|s| cx.is_checked(s.node) && s.role != Role::Snapshot) {
            for (world, stated) in cx.view.stated(slot, &slot.world) {
                if !matches!(stated, Stated::Nothing) {
                    continue;
                }
                for world in bare(cx, slot, &world) {
                    let whole = matches!(slot.role, Role::Disk | Role::ImageOs | Role::ImageData);
                    cx.finding(&META, slot.node, if whole { "" } else { &slot.object })
                        .world(&world)
                        .message(format!("{} names no encryption set", cx.view.describe(slot)))
                        .words("no encryption set")
                        .help("Name an encryption set of the disk's region and subscription")
                        .push(out);
                }
            }
        }
    }
}

/// The worlds in which `slot`, which names no set, is a disk of its own that certainly has no customer-managed key.
fn bare(cx: &Context<'_>, slot: &Slot, world: &World) -> Vec<World> {
    match slot.role {
        Role::Disk | Role::Snapshot => vec![world.clone()],
        Role::MachineOs | Role::MachineData | Role::ScaleOs | Role::ScaleData => {
            let mut out = Vec::new();
            for (world, target, _) in cx.view.targets(slot.node, &slot.at("managedDisk.id"), world) {
                if !matches!(target, Target::Nothing) {
                    continue; // it attaches a disk, which speaks for itself
                }
                for (world, option) in cx.view.values(slot.node, &slot.at("createOption"), &world) {
                    if option.is_null() || option.as_str().is_some() && !is_text(&option, "Attach") {
                        out.push(world);
                    }
                }
            }
            out
        }
        Role::ImageOs | Role::ImageData => {
            let content =
                if slot.is_os() { Content::Os } else { Content::Data(cx.estate.get(slot.node, &slot.at("lun"))) };
            let crypt = cx.view.crypt(slot.node, &content, &Value::null(), world).into_iter();
            crypt.filter_map(|(world, c)| matches!(c, Crypt::Platform).then_some(world)).collect()
        }
    }
}
