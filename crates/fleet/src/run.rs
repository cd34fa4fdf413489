//! The whole on one machine: what an engine does on many.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cmklint_cli::analyzer::Analyzer;

use crate::facts::{Fact, FactKind};
use crate::join::{Joined, Partial, join};
use crate::options::Options;
use crate::plan::{Group, plan};
use crate::rows::{RepositoryReport, by_repository};
use crate::scan::{Scan, scan};

/// The most rounds of joining: each one joins more repositories, or is the last.
const ROUNDS: usize = 64;

/// What comes of a fleet.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// What is reported of each repository, by name.
    pub reports: BTreeMap<String, RepositoryReport>,
    /// The repositories that could not be analyzed, each with why.
    pub failed: BTreeMap<String, String>,
    /// The groups that were analyzed together.
    pub groups: Vec<Group>,
}

/// Analyzes `repositories`, folders below `root`, as one estate: what a fleet is to come to, where all of them can be analyzed.
///
/// # Errors
/// Where one of them can't.
pub fn together(root: &Path, repositories: &[&str], options: &Options) -> anyhow::Result<Vec<RepositoryReport>> {
    let root = root.canonicalize()?;
    let report = Analyzer::new(Some(options.jobs))?.analyze(&options.invocation(&root, repositories)?)?;
    Ok(by_repository(&report, repositories, options.sarif)?.into_values().collect())
}

/// Analyzes `repositories`, folders below `root`, each alone, and then those that belong together.
#[must_use]
pub fn check(root: &Path, repositories: &[&str], options: &Options) -> Fleet {
    let mut fleet = Fleet::default();
    let mut scans: BTreeMap<&str, Scan> = BTreeMap::new();
    for name in repositories {
        match scan(root, name, options) {
            Ok(scan) => drop(scans.insert(name, scan)),
            Err(error) => drop(fleet.failed.insert((*name).to_owned(), format!("{error:#}"))),
        }
    }
    let mut facts: BTreeSet<Fact> = scans.values().flat_map(|scan| scan.facts.iter().cloned()).collect();
    fleet.reports = scans.iter().map(|(name, scan)| ((*name).to_owned(), scan.report.clone())).collect();
    let mut done: BTreeSet<Group> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let all: Vec<Fact> = facts.iter().cloned().collect();
        fleet.groups = plan(&all);
        let new: Vec<Group> = fleet.groups.iter().filter(|group| !done.contains(group)).cloned().collect();
        if new.is_empty() {
            break;
        }
        for group in new {
            let partial = |name: &String, is_member| Partial {
                repository: name.clone(),
                bundle: scans.get(name.as_str()).map_or_else(Vec::new, |scan| scan.bundle.clone()),
                is_member,
            };
            let members = group.members.iter().map(|name| partial(name, true));
            let partials: Vec<Partial> = members.chain(group.context.iter().map(|name| partial(name, false))).collect();
            match join(&partials, options) {
                Ok(Joined { reports, facts: found }) => {
                    // Sets are counted once: those of the group are those of its members.
                    let is_counted =
                        |fact: &Fact| fact.kind == FactKind::Sets && group.members.contains(&fact.repository);
                    facts.retain(|fact| !is_counted(fact));
                    facts.extend(found);
                    fleet.reports.extend(reports.into_iter().map(|report| (report.repository.clone(), report)));
                }
                Err(error) => {
                    let why = format!("joining it with others failed: {error:#}");
                    fleet.failed.extend(group.members.iter().map(|name| (name.clone(), why.clone())));
                }
            }
            done.insert(group);
        }
    }
    fleet
}
