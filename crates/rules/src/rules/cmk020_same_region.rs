//! CMK020: resources that a key connects are in one region.

use std::cell::OnceCell;

use crate::context::Context;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restrictions::{REGION, VAULT_REGION};
use crate::rule::Rule;
use crate::view::{capital, plain};
use cmklint_graph::{Fold, NodeId, Value, World, fold_region};
use cmklint_source::Span;
use rustc_hash::FxHashMap;

use super::shared::link::{Link, LinkKind, LinkTarget, links};

static META: RuleMeta = RuleMeta {
    id: "CMK020",
    name: "same_region",
    level: Level::Error,
    restrictions: &[&REGION, &VAULT_REGION],
    default_on: true,
    security_severity: None,
    options: &[],
    page: page!("CMK020"),
};

/// The rule.
pub(crate) struct SameRegion;

impl Rule for SameRegion {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let regions = OnceCell::new();
        for link in links(cx) {
            // A managed HSM may serve several regions.
            let LinkTarget::Node(to) = link.to else { continue };
            let restriction = if link.kind == LinkKind::Vault { &VAULT_REGION } else { &REGION };
            let differ = cx.values_differ(&link.here.region, &cx.get(to, "location"), Fold::Region, &link.world);
            for (world, (here, there)) in differ {
                let [first, second] = moved(cx, &link, to, [&here, &there], &world, &regions);
                cx.finding(link.from, link.place("location"))
                    .world(&world)
                    .restriction(restriction)
                    .against(to)
                    .message(message(cx, &link, to, &here, &there))
                    .words(if link.here.elsewhere {
                        format!("recovers to {}", here.describe())
                    } else {
                        format!("in {}", here.describe())
                    })
                    .related(to, "location", format!("{} is in {}", link.kind.short(), there.describe()))
                    .related(link.from, &link.path, format!("refers to {} here", link.kind.short()))
                    .trail("location", link.from, &here)
                    .trail("location", to, &there)
                    .remedy(first)
                    .remedy(second)
                    .help(help(cx, &link, to, &here, &there))
                    .push(out);
            }
        }
    }
}

/// The two ways to bring both ends of `link` into one region, `[its own, the target's]`: the region where more of the estate is goes first.
fn moved(
    cx: &Context<'_>,
    link: &Link,
    to: NodeId,
    [here, there]: [&Value; 2],
    world: &World,
    regions: &OnceCell<FxHashMap<String, usize>>,
) -> [Option<Remedy>; 2] {
    let put = |node: NodeId, now: &Value, new: &Value| {
        let region = new.as_str()?;
        let title = format!("put {} into '{region}'", cx.address(node));
        let change = [cx.set(node, "location", now, region)];
        // What is written elsewhere is for others too, and what holds on a condition has a reason.
        let is_own = world.is_any() && cx.resource(node).is_some_and(|resource| is_within(now, resource.whole));
        if is_own { Remedy::rival(title, change) } else { Remedy::not_safe(title, change) }
    };
    let own = if link.here.elsewhere { None } else { put(link.from, here, there) };
    let others = put(to, there, here);
    let many_in = |region: &Value| {
        let counts = regions.get_or_init(|| counts(cx));
        region.as_str().and_then(|region| counts.get(&folded(region)).copied()).unwrap_or(0)
    };
    if many_in(here) > many_in(there) { [others, own] } else { [own, others] }
}

/// Whether `value` is written in `declaration`, and came through nothing else.
fn is_within(value: &Value, declaration: Span) -> bool {
    value.trail.steps().all(|step| declaration.contains(step.span))
}

/// A region's name as it is compared.
fn folded(region: &str) -> String {
    fold_region(region).unwrap_or_else(|| region.to_owned())
}

/// How many resources of the estate are in each region, by its folded name.
fn counts(cx: &Context<'_>) -> FxHashMap<String, usize> {
    let mut counts = FxHashMap::default();
    for region in cx.estate().resources().filter_map(|resource| resource.location.as_str()) {
        *counts.entry(folded(region)).or_default() += 1;
    }
    counts
}

fn message(cx: &Context<'_>, link: &Link, to: NodeId, here: &Value, there: &Value) -> String {
    let (here, there) = (plain(here), plain(there));
    if link.here.elsewhere {
        let other = link.kind.describe(&cx.title(to));
        return format!("{} recovers to {here}, and {other} is in {there}", cx.title(link.from));
    }
    let other = link.kind.describe(&cx.title_with(to, &there));
    format!("{} and {other} are in different regions", cx.title_with(link.from, &here))
}

/// The ways out that fit what refers to what.
fn help(cx: &Context<'_>, link: &Link, to: NodeId, here: &Value, there: &Value) -> String {
    let region = plain(here);
    let property = cx.property(link.from, &link.path);
    let first = match link.kind {
        LinkKind::Set => match cx.only_set_in(link.from, here).and_then(|set| cx.set_to_id(link.from, &link.path, set))
        {
            Some(line) => Some(format!("name the encryption set of {region}: {line}")),
            None => Some(format!("name an encryption set of {region} in {property}, with a vault and a key there")),
        },
        LinkKind::Vault => Some(format!("let {property} name a key of a vault in {region}")),
        LinkKind::Source => None,
        LinkKind::Attached => None,
    };
    let (own, other) = match link.here.elsewhere {
        true => (None, None),
        false => (cx.put_into(link.from, there), cx.put_into(to, here)),
    };
    // What others use too stays where it is.
    let other = other.filter(|_| matches!(link.kind, LinkKind::Source | LinkKind::Attached));
    let ways: Vec<String> = [&first, &own, &other].into_iter().flatten().cloned().collect();
    let moves = own.is_some() || other.is_some();
    let then = if moves { cx.moved_away(link.from) } else { "" };
    match ways.is_empty() {
        true => "Put both into one region".to_owned(),
        false => format!("{}{then}", capital(&ways.join(", or "))),
    }
}
