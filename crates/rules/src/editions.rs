//! Which editions a rule is run for, and how a fault is reported that only older editions contain.

use cmklint_graph::{NodeId, World};
use cmklint_source::Span;
use rustc_hash::FxHashMap;

use crate::cover::without;
use crate::edition::Edition;
use crate::findings::Raw;
use crate::meta::{Level, RuleMeta};
use crate::settings::Settings;

/// The editions to run `rule` for, the newest first: the configured one, else the newest of each group of editions with the same stance on the rule's restrictions.
pub(crate) fn to_check(rule: &RuleMeta, settings: &Settings) -> Vec<Edition> {
    if let Some(edition) = settings.edition {
        return vec![edition];
    }
    let held = |edition: Edition| rule.restrictions.iter().map(|r| r.in_force(edition)).collect::<Vec<bool>>();
    let mut seen: Vec<Vec<bool>> = Vec::new();
    let mut out = Vec::new();
    for edition in Edition::ALL.into_iter().rev().filter(|edition| rule.is_in(*edition)) {
        let held = held(edition);
        if !seen.contains(&held) {
            seen.push(held);
            out.push(edition);
        }
    }
    out
}

/// The identity of a fault, whatever the edition.
#[derive(PartialEq, Eq, Hash)]
enum FaultIdentity {
    At(NodeId, Span, String),
    Named(String),
}

impl FaultIdentity {
    fn of(raw: &Raw) -> Self {
        match &raw.fault {
            Some(name) => Self::Named(name.clone()),
            None => Self::At(raw.node, raw.finding.primary.span, raw.shape.clone()),
        }
    }
}

/// Merges what a rule found for each edition, the newest first: from the older editions, the faults that no newer one has, as warnings with the edition that
/// lifted them.
pub(crate) fn merged(found: Vec<(Edition, Vec<Raw>)>, settings: &Settings) -> Vec<Raw> {
    if settings.edition.is_some() {
        return found.into_iter().flat_map(|(_, raw)| raw).collect();
    }
    let mut reported: FxHashMap<FaultIdentity, Vec<World>> = FxHashMap::default();
    let mut out: Vec<Raw> = Vec::new();
    for (edition, raws) in found {
        let mut fresh: Vec<Raw> = Vec::new();
        for raw in raws {
            let newer: Vec<&World> = reported.get(&FaultIdentity::of(&raw)).into_iter().flatten().collect();
            // A world that no newer edition reports stays as it is, so that nothing changes for a fault of one edition.
            if newer.is_empty() {
                fresh.push(lifted(raw, edition, settings));
            } else {
                fresh.extend(
                    without(&raw.world, &newer).into_iter().map(|world| lifted(raw.in_world(world), edition, settings)),
                );
            }
        }
        for raw in &fresh {
            reported.entry(FaultIdentity::of(raw)).or_default().push(raw.world.clone());
        }
        out.append(&mut fresh);
    }
    out
}

/// `raw` as it is reported where `edition` is the last one with the violated restriction.
fn lifted(mut raw: Raw, edition: Edition, settings: &Settings) -> Raw {
    let finding = &mut raw.finding;
    let Some(lift) = finding.restriction.and_then(|restriction| restriction.lifted_after(edition)) else { return raw };
    finding.lifted = Some(lift);
    if settings.stated_level(finding.rule).is_none() {
        finding.level = finding.level.min(Level::Warning);
    }
    finding.notes.insert(0, lift.describe());
    raw
}
