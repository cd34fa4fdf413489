//! The analysis of one repository.

use std::path::Path;
use std::time::{Duration, Instant};

use cmklint_cli::analyzer::Analyzer;

use crate::bundle::Bundle;
use crate::facts::{Fact, facts};
use crate::names;
use crate::options::Options;
use crate::rows::{RepositoryReport, by_repository};

/// What comes of a repository alone.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// What is reported, as long as it belongs to no others.
    pub report: RepositoryReport,
    /// The facts by which it may.
    pub facts: Vec<Fact>,
    /// Its sources, to analyze it together with others.
    pub bundle: Vec<u8>,
    /// The bytes of the files that were read.
    pub bytes: u64,
    /// How many resources it has.
    pub resources: usize,
    /// How long it took.
    pub time: Duration,
}

/// Analyzes the repository in the folder `repository` below `root`.
///
/// # Errors
/// Where it can't be analyzed at all: it isn't there, or its configuration is broken.
pub fn scan(root: &Path, repository: &str, options: &Options) -> anyhow::Result<Scan> {
    let start = Instant::now();
    names::check(repository)?;
    let root = root.canonicalize()?;
    let all = [repository];
    // Rows of an inventory are for the whole fleet; the joined analysis has them.
    let invocation = options.invocation(&root, &all)?;
    let report = Analyzer::new(Some(options.jobs))?.analyze(&invocation)?;
    let mut reports = by_repository(&report, &all, options.sarif)?;
    let read = report.codebase.sources.asked_for();
    let is_read = |path: &str| read.binary_search_by(|known| known.as_str().cmp(path)).is_ok();
    let most = invocation.files.max_file_size;
    let mut bundle = Bundle::read(&root, repository, most, &is_read)?;
    let inside: Vec<String> = read.iter().filter(|path| names::holder(&all, path).is_some()).cloned().collect();
    bundle.add_read(&root, &inside, most);
    Ok(Scan {
        report: reports.remove(repository).unwrap_or_default(),
        facts: facts(&report, &all),
        bundle: bundle.to_bytes()?,
        bytes: report.outcome.statistics.bytes,
        resources: report.outcome.statistics.resources,
        time: start.elapsed(),
    })
}
