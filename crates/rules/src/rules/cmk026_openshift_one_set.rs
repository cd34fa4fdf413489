//! CMK026: all nodes of an OpenShift cluster have the same encryption set.

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::restrictions::OPENSHIFT_ONE_SET;
use crate::rule::Rule;
use crate::view::{SetRef, Stated, Use};
use cmklint_graph::{Comparison, Fold};

static META: RuleMeta = RuleMeta {
    id: "CMK026",
    name: "openshift_one_set",
    level: Level::Error,
    restrictions: &[&OPENSHIFT_ONE_SET],
    default_on: true,
    security_severity: Some("5.0"),
    options: &[],
    page: page!("CMK026"),
};

/// The rule.
pub(crate) struct OpenshiftOneSet;

impl Rule for OpenshiftOneSet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        for slot in cx.services().filter(|s| s.object.starts_with(WORKERS) && cx.is_checked(s.node)) {
            let of_main = Use { path: format!("{MAIN}.diskEncryptionSetId"), confidential: false };
            for (world, main) in cx.stated_by(slot.node, &[of_main], &slot.world) {
                for (world, worker) in cx.stated(slot, &world) {
                    let fault = match (&main, &worker) {
                        (Stated::Set(main), Stated::Set(worker)) if differ(cx, main, worker) => {
                            Some((worker.path.clone(), main.path.clone(), "another set than the main nodes'"))
                        }
                        (Stated::Set(main), Stated::Nothing) => {
                            Some((slot.object.clone(), main.path.clone(), "no set, and the main nodes have one"))
                        }
                        (Stated::Nothing, Stated::Set(worker)) => {
                            Some((worker.path.clone(), MAIN.to_owned(), "a set, and the main nodes have none"))
                        }
                        _ => None,
                    };
                    let Some((at, other, words)) = fault else { continue };
                    let main = format!("{MAIN}.diskEncryptionSetId");
                    cx.finding(slot.node, &at)
                        .world(&world)
                        .message(format!(
                            "worker nodes of OpenShift cluster {} have {words}",
                            cx.name_with(slot.node, "")
                        ))
                        .words(words)
                        .related(slot.node, &other, "the main nodes")
                        .help(format!(
                            "Name one encryption set in {} of the main nodes and of each kind of worker nodes",
                            cx.property(slot.node, &main)
                        ))
                        .push(out);
                }
            }
        }
    }
}

const MAIN: &str = "properties.masterProfile";
const WORKERS: &str = "properties.workerProfiles[";

fn differ(cx: &Context<'_>, main: &SetRef, worker: &SetRef) -> bool {
    cx.compare(&main.value, &worker.value, Fold::Case) == Comparison::Different
}
