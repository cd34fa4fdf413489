//! What a run analyzed, and what it did not: "no findings" says little without it.

use cmklint_source::Span;

use crate::text::count;

/// What a run analyzed, and what it did not.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Roots that were analyzed.
    pub roots: usize,
    /// Environments of the roots' inputs.
    pub environments: usize,
    /// Resources of all deployments.
    pub resources: usize,
    /// What was not analyzed, or is not known.
    pub unseen: Vec<Unseen>,
}

/// Something that was not analyzed, or is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Its kind.
    pub kind: UnseenKind,
    /// Its name: a module's source, a file's path, a variable's name.
    pub name: String,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// How to get it analyzed; empty where there is no way.
    pub how: String,
    /// Where it is called or declared.
    pub span: Option<Span>,
    /// The path of the file or root, where there is no text to point into.
    pub path: Option<String>,
}

/// Kinds of things that were not analyzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnseenKind {
    /// A module or linked template that is called.
    Module,
    /// A parameter file that fits no template.
    ParameterFile,
    /// A file of Terraform variables that fits no root.
    VariableFile,
    /// A variable of a Terraform root without a value.
    Variable,
    /// A parameter of a template without a value.
    Parameter,
    /// What exceeds a limit of cmklint.
    Limit,
}

impl UnseenKind {
    /// The word in machine-readable reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::ParameterFile => "parameter-file",
            Self::VariableFile => "variable-file",
            Self::Variable => "variable",
            Self::Parameter => "parameter",
            Self::Limit => "limit",
        }
    }
}

impl Coverage {
    /// How many there are of `kinds`.
    fn of(&self, kinds: &[UnseenKind]) -> usize {
        self.unseen.iter().filter(|unseen| kinds.contains(&unseen.kind)).count()
    }

    /// Whether a limit left something out.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.of(&[UnseenKind::Limit]) > 0
    }

    /// `14 roots, 3 environments, 212 resources; not looked into: 2 modules (cmklint modules), 4 variables without a value`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut seen = vec![count(self.roots, "root")];
        if self.environments > 0 {
            seen.push(count(self.environments, "environment"));
        }
        seen.push(count(self.resources, "resource"));
        let dark = self.dark();
        let seen = seen.join(", ");
        if dark.is_empty() { seen } else { format!("{seen}; not looked into: {}", dark.join(", ")) }
    }

    fn dark(&self) -> Vec<String> {
        use UnseenKind::{Limit, Module, Parameter, ParameterFile, Variable, VariableFile};
        let mut dark = Vec::new();
        let mut add = |number: usize, words: &str, after: &str| {
            if number > 0 {
                dark.push(format!("{}{after}", count(number, words)));
            }
        };
        add(self.of(&[Module]), "module", " (`cmklint modules`)");
        match (self.of(&[ParameterFile]), self.of(&[VariableFile])) {
            (parameters, 0) => add(parameters, "parameter file", " of no template"),
            (0, variables) => add(variables, "variable file", " of no root"),
            (parameters, variables) => add(parameters + variables, "input file", " of no root"),
        }
        match (self.of(&[Variable]), self.of(&[Parameter])) {
            (variables, 0) => add(variables, "variable", " without a value"),
            (0, parameters) => add(parameters, "parameter", " without a value"),
            (variables, parameters) => add(variables + parameters, "input", " without a value"),
        }
        add(self.of(&[Limit]), "part", " beyond a limit");
        dark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unseen(kind: UnseenKind) -> Unseen {
        Unseen { kind, name: String::new(), why: String::new(), how: String::new(), span: None, path: None }
    }

    #[test]
    fn the_sentence_names_what_was_seen_and_what_was_not() {
        use UnseenKind::{Limit, Module, Parameter, ParameterFile, Variable, VariableFile};
        let of = |kinds: &[UnseenKind]| {
            let unseen = kinds.iter().map(|kind| unseen(*kind)).collect();
            Coverage { roots: 14, environments: 3, resources: 212, unseen }.sentence()
        };
        assert_eq!(of(&[]), "14 roots, 3 environments, 212 resources");
        assert_eq!(
            of(&[Module, Module, ParameterFile, Variable]),
            "14 roots, 3 environments, 212 resources; not looked into: 2 modules (`cmklint modules`), 1 parameter file of no template, 1 variable without a value"
        );
        assert!(
            of(&[VariableFile, ParameterFile, Variable, Parameter, Limit]).ends_with(
                "not looked into: 2 input files of no root, 2 inputs without a value, 1 part beyond a limit"
            )
        );
        let alone = Coverage { roots: 1, environments: 0, resources: 0, unseen: Vec::new() };
        assert_eq!(alone.sentence(), "1 root, 0 resources");
    }
}
