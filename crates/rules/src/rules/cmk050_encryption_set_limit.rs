//! CMK050: a region of a subscription holds no more encryption sets than the platform allows.

use std::collections::BTreeMap;

use cmklint_graph::{DeploymentId, DeploymentKey, Environment, Meeting, NodeId, Root, Value, World, names_deployment};
use rustc_hash::{FxHashMap, FxHashSet};

use super::shared::inventory_sets::{InInventory, InventorySets, Place, PlaceSets, key};
use crate::context::Context;
use crate::edition::Edition;
use crate::facts::most_sets;
use crate::findings::Findings;
use crate::meta::{Level, RuleMeta, RuleOption};
use crate::restrictions::{SETS_1000, SETS_5000};
use crate::rule::Rule;
use crate::settings::Settings;
use crate::view::{View, plain};

/// The number of encryption sets that one region of one subscription may hold.
const LIMIT: RuleOption =
    RuleOption { name: "limit", summary: "The number of encryption sets that one region of one subscription may hold" };

static META: RuleMeta = RuleMeta {
    id: "CMK050",
    name: "encryption_set_limit",
    level: Level::Error,
    restrictions: &[&SETS_1000, &SETS_5000],
    default_on: true,
    security_severity: None,
    options: &[LIMIT],
    page: page!("CMK050"),
};

/// At most this many conditional sets of one group are counted.
const MAX_CONDITIONAL: usize = 2048;

/// At most this many environments are distinguished; further ones are left out, which hides findings and makes none.
const MAX_ENVIRONMENTS: usize = 64;

/// The rule.
pub(crate) struct EncryptionSetLimit;

/// The context in which the rule's [`counts`] are taken.
pub(crate) fn counting<'a>(settings: &'a Settings, view: &'a View<'a>) -> Context<'a> {
    Context::new(&META, settings, Edition::LATEST, view, None, None)
}

impl Rule for EncryptionSetLimit {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn whole_estate(&self) -> bool {
        true
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        let stated = cx.option(&LIMIT);
        let limit = stated.or_else(|| most_sets(if cx.in_force(&SETS_5000) { &SETS_5000 } else { &SETS_1000 }));
        let Some(limit) = limit else { return };
        let existing = InventorySets::of(cx);
        for (place, roots) in groups(cx) {
            let here = existing.at(&place);
            if let Some((at, world, count)) = crossing(cx, &roots, here, limit) {
                let name = plain(&at.region);
                let region = match at.region.as_str() {
                    Some(_) => name.clone(),
                    None => format!("one region ({name})"),
                };
                let mut finding = cx
                    .finding(at.node, "")
                    .world(&world)
                    .variant(at.region.describe())
                    .fault(format!("{place:?}"))
                    .message(format!(
                        "{} is one too many: with it there are {count} encryption sets in {region}{}, and a region of a subscription holds {limit} at most",
                        cx.title(at.node),
                        here.words()
                    ))
                    .words(format!("this makes it {count} sets in {name}; the limit is {limit}"))
                    .trail("location", at.node, &at.region)
                    .help("Let disks share an encryption set, or spread the sets over more regions or subscriptions");
                if let Some(one) = here.one() {
                    finding = finding.related(one, "", "one of the sets that exist there already");
                }
                finding.push(out);
            }
        }
    }
}

/// For each subscription and region, by a text that equal ones share: at least as many sets as the rule would count there, and at most as many as it allows.
pub(crate) fn counts(cx: &Context<'_>) -> Vec<(String, u64, u64)> {
    let limits = [cx.option(&LIMIT), most_sets(&SETS_1000), most_sets(&SETS_5000)];
    let limit = limits.into_iter().flatten().min().unwrap_or(0);
    let existing = InventorySets::of(cx);
    let total = |place: &Place, roots: &Roots<'_>| {
        let entries = roots.values().flat_map(BTreeMap::values).flat_map(|(_, entries)| entries);
        entries.fold(existing.at(place).count(), |sum, entry| sum.saturating_add(entry.count))
    };
    let all = groups(cx);
    let shared = all.iter().filter(|(place, _)| ![&place.0, &place.1].into_iter().any(|text| names_deployment(text)));
    shared.map(|(place, roots)| (format!("{} in {}", place.1, place.0), total(place, roots), limit)).collect()
}

/// An encryption set, or several of one declaration, in one world.
#[derive(Clone)]
struct Entry {
    node: NodeId,
    /// Its id, where it is known: two entries with one id are one set, however many deployments declare it.
    id: Option<String>,
    world: World,
    region: Value,
    count: u64,
}

/// The entries of each root's deployments, by root and deployment.
type Roots<'e> = BTreeMap<&'e Root, BTreeMap<&'e DeploymentKey, (DeploymentId, Vec<Entry>)>>;

/// All declared sets whose subscription and region are known or a symbol, by both.
fn groups<'e>(cx: &'e Context<'_>) -> BTreeMap<Place, Roots<'e>> {
    let mut out: BTreeMap<Place, Roots<'e>> = BTreeMap::new();
    let mut parts: Vec<_> = cx.parts().filter_map(|p| Some((cx.deployment(p.deployment?)?, p))).collect();
    parts.sort_by(|a, b| a.0.key.cmp(&b.0.key));
    for (deployment, part) in parts {
        for node in in_order(cx, &part.sets) {
            let Some(resource) = cx.resource(node).filter(|_| cx.is_declared(node)) else { continue };
            let id = cx.id_of(node).as_str().map(str::to_ascii_lowercase);
            for world in cx.present(node, &World::any()) {
                for (world, subscription) in cx.cases(&resource.scope.subscription, &world) {
                    for (world, region) in cx.values(node, "location", &world) {
                        let (Some(s), Some(r)) = (key(&subscription, false), key(&region, true)) else { continue };
                        let count = resource.further.saturating_add(1);
                        let entry = Entry { node, id: id.clone(), world, region, count };
                        let root = out.entry((s, r)).or_default().entry(&deployment.key.root);
                        let of = root.or_default().entry(&deployment.key);
                        of.or_insert_with(|| (deployment.id, Vec::new())).1.push(entry);
                    }
                }
            }
        }
    }
    out
}

/// The sets in the order of their declarations: files as they come, and by position in each.
fn in_order(cx: &Context<'_>, sets: &[NodeId]) -> Vec<NodeId> {
    let mut files: FxHashMap<cmklint_source::FileId, usize> = FxHashMap::default();
    let mut keyed: Vec<((usize, u32, u32), NodeId)> = sets
        .iter()
        .filter_map(|node| cx.resource(*node))
        .map(|r| {
            let next = files.len();
            let file = *files.entry(r.span.file).or_insert(next);
            ((file, r.span.start, r.id.index), r.id)
        })
        .collect();
    keyed.sort_unstable_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, node)| node).collect()
}

/// Where the number of sets, with those that exist already, exceeds `limit`, in which world, and the number there.
fn crossing(cx: &Context<'_>, roots: &Roots<'_>, existing: &PlaceSets, limit: u64) -> Option<(Entry, World, u64)> {
    together(cx, roots).into_iter().find_map(|entries| crossing_in(cx, &entries, existing, limit))
}

/// What may be counted together: for each environment, the largest fitting deployment of each root. Deployments of one root are alternatives,
/// and so are environments.
fn together<'r>(cx: &Context<'_>, roots: &'r Roots<'_>) -> Vec<Vec<&'r Entry>> {
    let environments = cx.environments();
    let stated = |id| environments.of(id).is_some_and(Environment::is_stated);
    let mut anchors: Vec<DeploymentId> = Vec::new();
    for (id, _) in roots.values().flat_map(BTreeMap::values) {
        let alike = |other: &DeploymentId| match (environments.of(*other), environments.of(*id)) {
            (Some(a), Some(b)) => a.is_alike(b),
            (a, b) => a.is_none_or(|a| !a.is_stated()) && b.is_none_or(|b| !b.is_stated()),
        };
        if anchors.len() < MAX_ENVIRONMENTS && !anchors.iter().any(alike) {
            anchors.push(*id);
        }
    }
    let largest = |anchor: DeploymentId, deployments: &'r BTreeMap<&DeploymentKey, (DeploymentId, Vec<Entry>)>| {
        let total = |entries: &Vec<Entry>| entries.iter().fold(0_u64, |sum, e| sum.saturating_add(e.count));
        // A deployment without an environment fits each, so two deployments that it fits may not fit each other.
        let fits = |id| stated(anchor) || !stated(id);
        // Of the anchor's own root, those of the anchor's environment.
        let goes = |id: DeploymentId| {
            let alike = || Some(environments.of(anchor)?.is_alike(environments.of(id)?));
            cx.meet(anchor, id) > Meeting::Never || alike() == Some(true)
        };
        let mut best: Option<&Vec<Entry>> = None;
        for (_, entries) in deployments.values().filter(|(id, _)| fits(*id) && goes(*id)) {
            if best.is_none_or(|b| total(entries) > total(b)) {
                best = Some(entries);
            }
        }
        best
    };
    let of = |anchor| roots.values().filter_map(|root| largest(anchor, root)).flatten().collect();
    anchors.into_iter().map(of).collect()
}

/// As [`crossing`], for what is counted together: certainly, else where conditions hold.
fn crossing_in(cx: &Context<'_>, entries: &[&Entry], existing: &PlaceSets, limit: u64) -> Option<(Entry, World, u64)> {
    let certain = entries.iter().copied().filter(|e| e.world.is_any());
    count(cx, certain, existing, limit).or_else(|| {
        let mut conditional = 0;
        let some = entries.iter().copied().filter(|e| {
            conditional += usize::from(!e.world.is_any());
            e.world.is_any() || conditional <= MAX_CONDITIONAL
        });
        count(cx, some, existing, limit)
    })
}

/// As [`crossing`], for entries that are taken as long as they do not contradict one another.
fn count<'e>(
    cx: &Context<'_>,
    entries: impl Iterator<Item = &'e Entry>,
    existing: &PlaceSets,
    limit: u64,
) -> Option<(Entry, World, u64)> {
    let mut world = World::any();
    // Sets that may be existing ones, and those that are certainly further ones.
    let (mut open, mut further) = (0_u64, 0_u64);
    let mut taken: FxHashSet<NodeId> = FxHashSet::default();
    let mut ids: FxHashMap<&str, NodeId> = FxHashMap::default();
    for entry in entries {
        let Some(with) = world.and(&entry.world) else { continue };
        let first = entry.id.as_ref().map(|id| *ids.entry(id).or_insert(entry.node));
        if first.is_some_and(|first| first != entry.node) || !taken.insert(entry.node) {
            continue;
        }
        match existing.of(cx, entry.node) {
            InInventory::Already => continue,
            InInventory::Maybe => open = open.saturating_add(entry.count),
            // The names of instances above a loop's limit are not known.
            InInventory::Not => {
                further = further.saturating_add(1);
                open = open.saturating_add(entry.count.saturating_sub(1));
            }
        }
        world = with;
        let sum = open.max(existing.count()).saturating_add(further);
        if sum > limit && sum > existing.count() {
            return Some((entry.clone(), world, sum));
        }
    }
    None
}
