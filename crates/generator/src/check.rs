//! Runs the analyzer on the written estate, and compares its findings with the oracle's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_cli::analysis::{Analysis, Base, Request, analyze, analyze_against};
use cmklint_cli::areas::{Area, Areas};
use cmklint_cli::config::RootConfig;
use cmklint_cli::templates::Unchanged;
use cmklint_cli::tree::{Candidate, FileKind};
use cmklint_graph::{Kind, Presence, Resource as Node};
use cmklint_rules::Settings;
use cmklint_source::{MemoryLoader, Severity, Sources, Span};

use crate::change;
use crate::model::Estate;
use crate::oracle::{Edition, Fault, faults};
use crate::render::{Written, write};
use crate::style::Style;

/// Rules that the oracle does not cover: there are too many ways to grant the use of a key, the limit on sets is a matter of counting, and the last ones are about
/// properties that no estate sets on purpose.
const LEFT_OUT: [&str; 15] = [
    "CMK071", "CMK050", "CMK013", "CMK022", "CMK024", "CMK026", "CMK027", "CMK043", "CMK064", "CMK073", "CMK074",
    "CMK075", "CMK081", "CMK082", "CMK083",
];

/// The differences between analyzer and oracle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disagreement {
    /// Planted, and not found.
    pub missed: BTreeSet<Fault>,
    /// Found, and not planted.
    pub false_alarms: BTreeSet<Fault>,
    /// Errors in reading, and resources that are in no graph.
    pub errors: Vec<String>,
}

impl Disagreement {
    /// Whether there is no difference.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.missed.is_empty() && self.false_alarms.is_empty() && self.errors.is_empty()
    }

    /// Whether a smaller estate shows this kind of disagreement: the same rule on the same side.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let rules = |faults: &BTreeSet<Fault>| faults.iter().map(|f| f.0).collect::<BTreeSet<_>>();
        let shared = |a: &BTreeSet<Fault>, b: &BTreeSet<Fault>| !rules(a).is_disjoint(&rules(b));
        shared(&self.missed, &other.missed)
            || shared(&self.false_alarms, &other.false_alarms)
            || !self.errors.is_empty() && !other.errors.is_empty()
    }
}

/// Writes `estate` in `style`, analyzes it, and compares.
#[must_use]
pub fn check(estate: &Estate, style: &Style, edition: Edition) -> Disagreement {
    compare(estate, &write(estate, style), edition)
}

/// Writes both states in `style`, analyzes the newer one compared with the older one, and compares.
#[must_use]
pub fn check_change(before: &Estate, now: &Estate, style: &Style, edition: Edition) -> Disagreement {
    let expected = &faults(now, edition) | &change::faults(before, now, edition);
    let analysis = analysis(&write(now, style), Some(&write(before, style)), edition);
    against(now, &analysis, &expected)
}

/// Analyzes `written`, and compares the findings with the faults of `estate`.
#[must_use]
pub fn compare(estate: &Estate, written: &Written, edition: Edition) -> Disagreement {
    against(estate, &analysis(written, None, edition), &faults(estate, edition))
}

/// What is found in `written` by all rules, those too that the oracle doesn't cover: each rule, with the name of the resource that it reports.
#[must_use]
pub fn found(written: &Written, edition: Edition) -> BTreeSet<Fault> {
    named(&analysis(written, None, edition))
}

/// As [`found`], where only findings are wanted: what leads to one only where another root looks it up is read only then.
#[must_use]
pub fn found_only(written: &Written, edition: Edition) -> BTreeSet<Fault> {
    let loader = MemoryLoader::new(written.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let request = Request { finds_only: true, ..request(written, edition) };
    named(&analyze(&request, &Arc::new(Sources::new(loader))))
}

/// The findings of `analysis`: each rule, with the name of the resource that it reports.
fn named(analysis: &Analysis) -> BTreeSet<Fault> {
    let declared = analysis.estate.resources().filter(|node| node.presence == Presence::Declared);
    let names: BTreeMap<Span, String> = declared.filter_map(|node| Some((node.whole, name(node)?))).collect();
    let of = |place: Option<&Span>| place.and_then(|place| names.get(place)).cloned().unwrap_or_default();
    analysis.findings.iter().map(|finding| (finding.rule.id, of(finding.declared_at.first()))).collect()
}

fn against(estate: &Estate, analysis: &Analysis, expected: &BTreeSet<Fault>) -> Disagreement {
    let mut out = Disagreement::default();
    let errors = analysis.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    out.errors.extend(errors.map(|d| format!("{}: {}", d.path.clone().unwrap_or_default(), d.message)));

    // The names of the resources of each declaration: a loop makes several, with one finding.
    let mut names: BTreeMap<Span, BTreeSet<String>> = BTreeMap::new();
    let mut place_of: BTreeMap<String, Span> = BTreeMap::new();
    for node in analysis.estate.resources().filter(|n| n.presence == Presence::Declared) {
        let Some(name) = name(node) else { continue };
        names.entry(node.whole).or_default().insert(name.clone());
        place_of.insert(name, node.whole);
    }
    let there = estate.resources.values().filter(|r| r.deployed);
    out.errors.extend(there.filter(|r| !place_of.contains_key(&r.name)).map(|r| format!("{} is in no graph", r.name)));

    let found: BTreeSet<(&'static str, Span)> = analysis
        .findings
        .iter()
        .filter(|f| !LEFT_OUT.contains(&f.rule.id))
        .filter_map(|f| Some((f.rule.id, *f.declared_at.first()?)))
        .collect();
    let at = |fault: &Fault| place_of.get(&fault.1).map(|place| (fault.0, *place));
    out.missed.extend(expected.iter().filter(|f| at(f).is_none_or(|place| !found.contains(&place))).cloned());
    let planted: BTreeSet<(&'static str, Span)> = expected.iter().filter_map(at).collect();
    for (rule, place) in found.difference(&planted) {
        let name = names.get(place).and_then(BTreeSet::first).cloned();
        out.false_alarms.insert((rule, name.unwrap_or_else(|| format!("{place:?}"))));
    }
    out
}

fn analysis(written: &Written, before: Option<&Written>, edition: Edition) -> Analysis {
    let loader = |w: &Written| MemoryLoader::new(w.files.iter().map(|(p, t)| (p.as_str(), t.as_str())));
    let sources = Arc::new(Sources::new(loader(written)));
    let now = request(written, edition);
    let Some(before) = before else { return analyze(&now, &sources) };
    let (old, new) = (before.files.clone(), written.files.clone());
    let unchanged: Unchanged = Arc::new(move |path: &str| old.get(path) == new.get(path));
    let same = Arc::clone(&unchanged);
    let older = Sources::of_revision(loader(before), "before", Arc::clone(&sources), move |path| same(path));
    let base = Base {
        request: request(before, edition),
        sources: Arc::new(older),
        unchanged,
        words: "before".to_owned(),
        diff_only: false,
    };
    analyze_against(&now, &sources, Some(&base))
}

fn request(written: &Written, edition: Edition) -> Request {
    let candidates = written
        .files
        .keys()
        .filter_map(|path| Some(Candidate { path: path.clone(), kind: FileKind::of(path)?, named: false }))
        .collect();
    let roots = written.placed.iter().map(|(path, (subscription, group))| {
        let root = RootConfig {
            subscription: Some(subscription.clone()),
            resource_group: Some(group.clone()),
            ..RootConfig::default()
        };
        (path.clone(), root)
    });
    // An edition that the analyzer doesn't know means all editions.
    let settings = Settings { edition: edition.0.parse().ok(), ..Settings::default() };
    let areas = Areas::whole(Area { settings, ..Area::default() });
    Request { candidates, areas, roots: roots.collect(), ..Request::default() }
}

/// The resource's own name, where it is known.
fn name(node: &Node) -> Option<String> {
    match &node.names.last()?.kind {
        Kind::String(text) => Some(text.to_string()),
        _ => None,
    }
}
