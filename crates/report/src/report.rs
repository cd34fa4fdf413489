use std::fmt;
use std::str::FromStr;

use cmklint_rules::{EstateMap, Finding, FindingIdentity, Level, RuleMeta};
use cmklint_source::{Diagnostic, Sources, Span};
use sha2::{Digest, Sha256};

use crate::{Coverage, DisplayPaths};

/// A report's format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: the source with labels, the origin of values, help.
    #[default]
    Default,
    /// A line a finding, as tflint's.
    Compact,
    /// tflint's shape, with keys of our own.
    Json,
    /// SARIF 2.1.0, as GitHub code scanning reads it.
    Sarif,
    /// Workflow commands that GitHub shows as annotations.
    Github,
    /// JUnit's XML: a failed test case for each finding.
    Junit,
    /// Checkstyle's XML.
    Checkstyle,
    /// GitLab's Code Quality report.
    Codequality,
    /// GitHub's Markdown, for a comment on a pull request or a job's summary.
    Markdown,
    /// One page for a browser: the estate as a map, and the findings.
    Html,
}

impl Format {
    /// All formats, in the order of the help text.
    pub const ALL: [Self; 10] = [
        Self::Default,
        Self::Compact,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Junit,
        Self::Checkstyle,
        Self::Codequality,
        Self::Markdown,
        Self::Html,
    ];

    /// The format for a file's name, by its ending.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let endings = [
            (".sarif", Self::Sarif),
            (".sarif.json", Self::Sarif),
            (".json", Self::Json),
            (".md", Self::Markdown),
            (".html", Self::Html),
            (".xml", Self::Junit),
            (".txt", Self::Default),
        ];
        endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| format)
    }

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Compact => "compact",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Codequality => "codequality",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            let near = names.into_iter().min_by_key(|name| strsim::damerau_levenshtein(name, text));
            match near.filter(|name| strsim::damerau_levenshtein(name, text) <= 2) {
                Some(near) => format!("no such format: {text}; did you mean {near}?"),
                None => format!("no such format: {text} ({})", names.join(", ")),
            }
        })
    }
}

/// Where a suppression is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// A comment in the source.
    InSource,
    /// A baseline or the configuration.
    External,
}

/// A suppressed finding.
#[derive(Clone, Debug)]
pub struct Suppressed<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// The stated reason.
    pub justification: Option<String>,
    /// Where the suppression is written.
    pub kind: SuppressionKind,
}

/// The content of a report, and its style.
#[derive(Debug)]
pub struct Report<'a> {
    /// The findings, in the order to report them.
    pub findings: &'a [Finding],
    /// Errors and other diagnostics; machine-readable formats contain errors and warnings, the terminal gets them by `write_diagnostics`.
    pub diagnostics: &'a [Diagnostic],
    /// The rules that ran.
    pub rules: &'a [&'static RuleMeta],
    /// The files that spans refer to.
    pub sources: &'a Sources,
    /// Ignored findings that are to be shown (`--show-ignored`); in SARIF only.
    pub suppressed: &'a [Suppressed<'a>],
    /// The program's version.
    pub version: &'a str,
    /// The style of text for people.
    pub style: Style,
    /// How paths are shown to a code host (`sarif`, `github`, `codequality`, `markdown`): relative to the repository's root.
    pub repository_paths: DisplayPaths,
    /// The level from which a finding fails the run.
    pub minimum_failure: Level,
    /// How many findings were ignored.
    pub ignored: usize,
    /// How many findings are in the baseline.
    pub known: usize,
    /// What was analyzed, and what was not; `None` to leave it out.
    pub coverage: Option<&'a Coverage>,
    /// What can be done about findings; in SARIF only.
    pub fixes: &'a [FixOffer],
    /// The estate; for the page only.
    pub map: Option<&'a EstateMap>,
}

/// A fix of a finding that does what it should.
#[derive(Clone, Debug)]
pub struct FixOffer {
    /// Which of the report's findings it is of.
    pub finding: usize,
    /// What it does, in a few words.
    pub title: String,
    /// Places, and what is to be there.
    pub edits: Vec<(Span, String)>,
}

/// The style of text for people.
#[derive(Clone, Debug, Default)]
pub struct Style {
    /// How paths are shown: relative to the working directory.
    pub paths: DisplayPaths,
    /// Whether to color.
    pub color: bool,
    /// Whether the terminal shows hyperlinks (OSC 8).
    pub links: bool,
    /// The width of the terminal in columns; 0 wraps nothing.
    pub width: usize,
    /// How findings are grouped.
    pub group_by: Option<GroupBy>,
    /// How many findings of a group are shown; 0 shows all. `None` shows all up to 50 findings, and else ten of each group.
    pub limit: Option<usize>,
}

/// How the default format groups findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// Those of one root together.
    Root,
    /// Those of one rule together.
    Rule,
}

/// The stable hash of an identity of [`FindingIdentity::VERSION`]: 32 hex digits, the first half of the SHA-256 of its parts, each preceded by its
/// length, so that no part's text can be mistaken for a boundary.
#[must_use]
pub fn fingerprint(identity: &FindingIdentity) -> String {
    let FindingIdentity { rule, root, address, property, against, variant } = identity;
    let mut text = String::new();
    let parts = [rule, root.path(), root.holder_name().unwrap_or(""), address, property, variant];
    for part in parts.into_iter().chain(against.iter().map(String::as_str)) {
        text.push_str(&format!("{}:{part}", part.len()));
    }
    digest(&text)
}

/// The first half of the SHA-256 of `text`, as hex digits.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
