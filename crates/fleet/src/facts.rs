//! What repositories may have to do with one another, as rows that an engine can group by their keys.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_cli::analyzer::Report;
use cmklint_rules::{Settings, SharedFacts};

use crate::names::holder;

/// What a fact says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    /// The repository looks for something under the key: a resource, a state, another repository's folder.
    Asks,
    /// The repository has it.
    Declares,
    /// It has so many encryption sets in the region and subscription of the key.
    Sets,
    /// It grants something that may be for an encryption set of another repository.
    Grants,
    /// A grant under the key would take away a finding.
    Grantable,
}

impl FactKind {
    /// Its name in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asks => "asks",
            Self::Declares => "declares",
            Self::Sets => "sets",
            Self::Grants => "grants",
            Self::Grantable => "grantable",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let all = [Self::Asks, Self::Declares, Self::Sets, Self::Grants, Self::Grantable];
        all.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What may join a repository with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The repository.
    pub repository: String,
    /// What it says.
    pub kind: FactKind,
    /// What must be the same for two facts to meet.
    pub key: String,
    /// How many, at most; 1 where nothing is counted.
    pub count: u64,
    /// How many there may be; 0 where nothing is counted.
    pub limit: u64,
}

impl Fact {
    pub(crate) fn new(repository: &str, kind: FactKind, key: impl Into<String>) -> Self {
        Self { repository: repository.to_owned(), kind, key: key.into(), count: 1, limit: 0 }
    }
}

/// The facts of an analysis of `repositories`, folders of its tree; the empty name is the whole tree. What an analysis of several looks for is told of the first: they belong together already.
#[must_use]
pub fn facts(report: &Report, repositories: &[&str]) -> Vec<Fact> {
    let Some(first) = repositories.first().copied() else { return Vec::new() };
    let mut out: BTreeSet<Fact> = BTreeSet::new();
    let outcome = &report.outcome;
    let estate = &outcome.estate;
    for deployment in estate.deployments() {
        let repository = holder(repositories, deployment.key.root.path()).unwrap_or(first);
        let keys = deployment.resources.iter().flat_map(|resource| estate.keys_of(resource));
        out.extend(keys.map(|key| Fact::new(repository, FactKind::Declares, key)));
    }
    let shared = &outcome.shared;
    out.extend(shared.asked.iter().map(|key| Fact::new(first, FactKind::Asks, key)));
    out.extend(shared.states_read.iter().map(|key| Fact::new(first, FactKind::Asks, format!("state {key}"))));
    out.extend(shared.states_written.iter().map(|key| Fact::new(first, FactKind::Declares, format!("state {key}"))));
    // A path that leads into another repository: any folder on the way may be one.
    for path in report.codebase.sources.looked_for().iter().filter(|path| holder(repositories, path).is_none()) {
        if path.starts_with(['~', '<']) {
            continue;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        out.extend(ends.filter_map(|at| path.get(..at)).map(|at| Fact::new(first, FactKind::Asks, folder(at))));
    }
    out.extend(repositories.iter().map(|name| Fact::new(name, FactKind::Declares, folder(name))));
    out.extend(grants_and_sets(report, first));
    out.into_iter().collect()
}

fn folder(path: &str) -> String {
    format!("folder {path}")
}

fn grants_and_sets(report: &Report, repository: &str) -> Vec<Fact> {
    let outcome = &report.outcome;
    let of = |settings: &Settings| SharedFacts::of(&outcome.estate, settings);
    let all = outcome.areas.settings();
    let mut shared: Vec<SharedFacts> = all.iter().map(|settings| of(settings)).collect();
    if shared.is_empty() {
        shared.push(of(&Settings::default()));
    }
    let mut out = Vec::new();
    for facts in shared {
        out.extend(facts.sets.into_iter().map(|set| Fact {
            count: set.count,
            limit: set.limit,
            ..Fact::new(repository, FactKind::Sets, format!("sets {}", set.place))
        }));
        out.extend(facts.grants.into_iter().map(|key| Fact::new(repository, FactKind::Grants, key)));
        let mut found =
            outcome.findings.iter().chain(outcome.ignored.iter().map(|(finding, _)| finding)).chain(&outcome.known);
        if found.any(|finding| SharedFacts::is_about_grants(finding.rule.id)) {
            out.extend(facts.grantable.into_iter().map(|key| Fact::new(repository, FactKind::Grantable, key)));
        }
    }
    out
}

/// Those of `facts` that meet facts of other repositories: all facts of a key must be among them.
#[must_use]
pub fn live(facts: Vec<Fact>) -> Vec<Fact> {
    let mut by_key: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        by_key.entry(fact.key.clone()).or_default().push(fact);
    }
    by_key.into_values().filter(|facts| meet(facts)).flatten().collect()
}

/// Whether `facts`, all of one key, join repositories.
pub(crate) fn meet(facts: &[Fact]) -> bool {
    let Some(first) = facts.first() else { return false };
    if facts.iter().all(|fact| fact.repository == first.repository) {
        return false;
    }
    let has = |kind| facts.iter().any(|fact| fact.kind == kind);
    has(FactKind::Asks) && has(FactKind::Declares)
        || has(FactKind::Grants) && has(FactKind::Grantable)
        || has(FactKind::Sets) && exceeds(facts)
}

/// Whether the encryption sets of `facts`, all of one key, may be too many together.
pub(crate) fn exceeds(facts: &[Fact]) -> bool {
    let sets = || facts.iter().filter(|fact| fact.kind == FactKind::Sets);
    // Where a repository has several configurations, its sets are told for each.
    let mut most: BTreeMap<&str, u64> = BTreeMap::new();
    for fact in sets() {
        let count = most.entry(&fact.repository).or_default();
        *count = (*count).max(fact.count);
    }
    let total = most.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    sets().map(|fact| fact.limit).min().is_some_and(|limit| total > limit)
}
