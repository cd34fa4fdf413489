//! A finding, as other programs see it.

use cmklint_cli::codebase::Codebase;
use cmklint_report::DisplayPaths;
use cmklint_source::Span;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Notice,
    /// Probably wrong, or wrong under a policy.
    Warning,
    /// The platform refuses it.
    Error,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, seen from the folder that was analyzed.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Something that breaks a restriction: certain, or certain [under a condition](Finding::when).
#[derive(Clone, Copy, Debug)]
pub struct Finding<'r> {
    pub(crate) finding: &'r cmklint_rules::Finding,
    pub(crate) codebase: &'r Codebase,
}

impl Place {
    pub(crate) fn of(span: Span, codebase: &Codebase) -> Self {
        let paths = DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd);
        match codebase.sources.get(span.file) {
            Some(file) => {
                let position = file.position(span.start);
                Self { path: paths.show(file.path()), line: position.line, column: position.column }
            }
            None => Self { path: String::new(), line: 1, column: 1 },
        }
    }
}

impl Finding<'_> {
    /// The rule's id: `CMK020`.
    #[must_use]
    pub fn rule_id(&self) -> &'static str {
        self.finding.rule.id
    }

    /// The rule's name: `same_region`.
    #[must_use]
    pub fn rule_name(&self) -> &'static str {
        self.finding.rule.name
    }

    /// How much it weighs.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.finding.level {
            cmklint_rules::Level::Notice => Level::Notice,
            cmklint_rules::Level::Warning => Level::Warning,
            cmklint_rules::Level::Error => Level::Error,
        }
    }

    /// What is wrong, in one sentence without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.finding.message
    }

    /// The condition under which it holds, in words; `None` where it always does.
    #[must_use]
    pub fn when(&self) -> Option<&str> {
        Some(self.finding.world.as_str()).filter(|words| !words.is_empty())
    }

    /// How to put it right; empty where that is not told.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.finding.help
    }

    /// The smallest place that says it.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::of(self.finding.primary.span, self.codebase)
    }

    /// The other places that take part, each with what is there.
    pub fn related(&self) -> impl Iterator<Item = (Place, &str)> {
        self.finding.related.iter().map(|place| (Place::of(place.span, self.codebase), place.message.as_str()))
    }

    /// The addresses of the resources that take part, the one at fault first.
    #[must_use]
    pub fn resources(&self) -> &[String] {
        &self.finding.resources
    }
}
