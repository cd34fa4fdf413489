//! The analysis of repositories that belong together, from their sources.

use std::collections::BTreeSet;

use anyhow::Context as _;
use cmklint_cli::analyzer::Analyzer;

use crate::bundle::Bundle;
use crate::facts::{Fact, facts};
use crate::options::Options;
use crate::rows::{Problem, RepositoryReport, by_repository};

/// A repository of a group.
#[derive(Clone, Debug)]
pub struct Partial {
    /// The repository.
    pub repository: String,
    /// Its sources.
    pub bundle: Vec<u8>,
    /// Whether it is reported on; else it is only there for the others.
    pub is_member: bool,
}

/// What comes of a group.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// What is reported of each member, by name.
    pub reports: Vec<RepositoryReport>,
    /// The facts of all of them together, in the name of the first.
    pub facts: Vec<Fact>,
}

/// Analyzes `partials` as one estate.
///
/// # Errors
/// Where that can't be done at all.
pub fn join(partials: &[Partial], options: &Options) -> anyhow::Result<Joined> {
    let mut partials: Vec<&Partial> = partials.iter().collect();
    // Members first, since facts of all are told of the first; else the order decides nothing.
    partials.sort_by_key(|partial| (!partial.is_member, &partial.repository));
    partials.dedup_by_key(|partial| &partial.repository);
    let folder = tempfile::tempdir()?;
    let root = folder.path().canonicalize()?;
    let mut without_text: BTreeSet<String> = BTreeSet::new();
    for partial in &partials {
        let name = &partial.repository;
        let bundle = Bundle::from_bytes(&partial.bundle).with_context(|| name.clone())?;
        bundle.write(&root, name).with_context(|| name.clone())?;
        without_text.extend(bundle.without_text().map(str::to_owned));
    }
    let all: Vec<&str> = partials.iter().map(|partial| partial.repository.as_str()).collect();
    let invocation = options.invocation(&root, &all)?;
    let report = Analyzer::new(Some(options.jobs))?.analyze(&invocation)?;
    let sources = &report.codebase.sources;
    let missing: Vec<&String> = without_text.iter().filter(|path| sources.loaded(path).is_some()).collect();
    let mut reports = by_repository(&report, &all, options.sarif)?;
    let mut joined = Joined { reports: Vec::new(), facts: facts(&report, &all) };
    for partial in partials.iter().filter(|partial| partial.is_member) {
        let mut of = reports.remove(&partial.repository).unwrap_or_default();
        of.problems.extend(missing.iter().map(|path| Problem {
            is_error: true,
            code: "not-carried".to_owned(),
            message: format!("{path} was not carried to where repositories are joined, and is read only there"),
            path: String::new(),
            line: 0,
        }));
        joined.reports.push(of);
    }
    Ok(joined)
}
