//! What is reported of a repository, as plain data.

use std::collections::BTreeMap;
use std::path::Path;

use cmklint_cli::analyzer::Report;
use cmklint_report::{DisplayPaths, Format, fingerprint};
use cmklint_rules::Place;
use cmklint_source::{Diagnostic, Severity, Span, path_of_disk};

use crate::names::holder;

/// A finding of a repository. Paths are seen from the repository's folder: those of another begin with `../`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// `notice`, `warning` or `error`.
    pub level: String,
    /// `certain` or `conditional`.
    pub confidence: String,
    /// What is wrong.
    pub message: String,
    /// The condition under which it is; empty where it always is.
    pub when: String,
    /// How to put it right.
    pub help: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The root that it was found in, with the repository's name.
    pub root: String,
    /// What identifies it from run to run.
    pub fingerprint: String,
    /// The addresses of the resources that take part.
    pub resources: Vec<String>,
    /// The other places that take part, each as `path:line:column: what is there`.
    pub related: Vec<String>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// What could not be read or understood in a repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Whether something was left out for it.
    pub is_error: bool,
    /// The kind, a stable word.
    pub code: String,
    /// One line.
    pub message: String,
    /// The file or root; empty where it has none.
    pub path: String,
    /// The line, from 1; 0 where it has none.
    pub line: u32,
}

/// What an analysis says of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryReport {
    /// The repository.
    pub repository: String,
    /// The findings, by file and place.
    pub findings: Vec<Finding>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    /// The findings as a SARIF log, where that was wanted.
    pub sarif: Option<String>,
}

/// What `report` says in all, with paths seen from the folder `from`.
#[must_use]
pub fn whole(report: &Report, from: &Path) -> RepositoryReport {
    let seen = Seen::from(report, from);
    let outcome = &report.outcome;
    let problems = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note);
    RepositoryReport {
        repository: String::new(),
        findings: outcome.findings.iter().map(|finding| seen.finding(finding)).collect(),
        problems: problems.map(|problem| seen.problem(problem)).collect(),
        sarif: None,
    }
}

/// What `report`, of an analysis of `repositories`, says of each. What is said of none is said of all of them.
pub(crate) fn by_repository(
    report: &Report,
    repositories: &[&str],
    sarif: bool,
) -> anyhow::Result<BTreeMap<String, RepositoryReport>> {
    let mut out: BTreeMap<String, RepositoryReport> = BTreeMap::new();
    for name in repositories {
        let seen = Seen::new(report, name);
        let findings: Vec<&cmklint_rules::Finding> = report
            .outcome
            .findings
            .iter()
            .filter(|finding| home(report, repositories, finding) == Some(*name))
            .collect();
        let problems: Vec<&Diagnostic> = report
            .outcome
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity > Severity::Note)
            .filter(|diagnostic| holder(repositories, &place(report, diagnostic)).is_none_or(|of| of == *name))
            .collect();
        let sarif = match sarif {
            true => Some(seen.sarif(&findings, &problems)?),
            false => None,
        };
        let one = RepositoryReport {
            repository: (*name).to_owned(),
            findings: findings.into_iter().map(|finding| seen.finding(finding)).collect(),
            problems: problems.into_iter().map(|problem| seen.problem(problem)).collect(),
            sarif,
        };
        out.insert((*name).to_owned(), one);
    }
    Ok(out)
}

/// The repository that a finding is reported in: that of its place, else that of its root.
fn home<'r>(report: &Report, repositories: &[&'r str], finding: &cmklint_rules::Finding) -> Option<&'r str> {
    let path = report.codebase.sources.path(finding.primary.span.file);
    holder(repositories, &path).or_else(|| holder(repositories, finding.root().path()))
}

fn place(report: &Report, diagnostic: &Diagnostic) -> String {
    let of_span = diagnostic.span.map(|span| report.codebase.sources.path(span.file));
    of_span.or_else(|| diagnostic.path.clone()).unwrap_or_default()
}

/// A report as it is seen from the folder of a repository.
pub(crate) struct Seen<'r> {
    report: &'r Report,
    paths: DisplayPaths,
}

impl<'r> Seen<'r> {
    fn new(report: &'r Report, repository: &str) -> Self {
        Self::from(report, &report.codebase.tree.root.join(path_of_disk(repository)))
    }

    pub(crate) fn from(report: &'r Report, folder: &Path) -> Self {
        Self { report, paths: DisplayPaths::new(&report.codebase.tree.root, folder) }
    }

    /// The path, line and column of `span`.
    pub(crate) fn at(&self, span: Span) -> (String, u32, u32) {
        match self.report.codebase.sources.get(span.file) {
            Some(file) => {
                let position = file.position(span.start);
                (self.paths.show(file.path()), position.line, position.column)
            }
            None => (String::new(), 1, 1),
        }
    }

    fn finding(&self, finding: &cmklint_rules::Finding) -> Finding {
        let (path, line, column) = self.at(finding.primary.span);
        let related = |place: &Place| {
            let (path, line, column) = self.at(place.span);
            format!("{path}:{line}:{column}: {}", place.message)
        };
        Finding {
            rule: finding.rule.id.to_owned(),
            name: finding.rule.name.to_owned(),
            level: finding.level.as_str().to_owned(),
            confidence: finding.confidence.as_str().to_owned(),
            message: finding.message.clone(),
            when: finding.world.clone(),
            help: finding.help.clone(),
            path,
            line,
            column,
            root: finding.deployment.to_string(),
            fingerprint: fingerprint(&finding.identity),
            resources: finding.resources.clone(),
            related: finding.related.iter().map(related).collect(),
            notes: finding.notes.clone(),
        }
    }

    fn problem(&self, diagnostic: &Diagnostic) -> Problem {
        let (path, line) = match diagnostic.span {
            Some(span) => {
                let (path, line, _) = self.at(span);
                (path, line)
            }
            None => (diagnostic.path.as_deref().map_or_else(String::new, |path| self.paths.show(path)), 0),
        };
        let is_error = diagnostic.severity == Severity::Error;
        Problem { is_error, code: diagnostic.code.to_owned(), message: diagnostic.message.clone(), path, line }
    }

    fn sarif(&self, findings: &[&cmklint_rules::Finding], problems: &[&Diagnostic]) -> anyhow::Result<String> {
        let findings: Vec<cmklint_rules::Finding> = findings.iter().map(|finding| (*finding).clone()).collect();
        let problems: Vec<Diagnostic> = problems.iter().map(|problem| (*problem).clone()).collect();
        self.report.text_of(Format::Sarif, &findings, &problems, &self.paths)
    }
}
