//! The languages, and how each writes what a fix adds.

use cmklint_graph::Literal;

/// A language that fixes are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Terraform's own syntax.
    Hcl,
    /// Terraform's syntax in JSON.
    HclJson,
    /// ARM templates and their parameter files.
    Json,
    /// Bicep and its parameter files.
    Bicep,
}

impl Language {
    /// The language of the file at `path`; `None` for files in which nothing is fixed.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
        if ends(&[".tf.json", ".tofu.json", ".tfvars.json"]) {
            Some(Self::HclJson)
        } else if ends(&[".json", ".jsonc"]) {
            Some(Self::Json)
        } else if ends(&[".tf", ".tofu", ".tfvars"]) {
            Some(Self::Hcl)
        } else if ends(&[".bicep", ".bicepparam"]) {
            Some(Self::Bicep)
        } else {
            None
        }
    }

    /// Whether properties have the names of Terraform's providers instead of ARM's.
    pub(crate) fn is_terraform(self) -> bool {
        matches!(self, Self::Hcl | Self::HclJson)
    }

    /// Whether commas separate properties, even on lines of their own.
    pub(crate) fn has_commas(self) -> bool {
        matches!(self, Self::HclJson | Self::Json)
    }

    /// `name`, and the text between it and the value.
    pub(crate) fn key(self, name: &str) -> String {
        match self {
            Self::Hcl => format!("{name} = "),
            Self::HclJson | Self::Json => format!("{}: ", json_text(name)),
            Self::Bicep => format!("{name}: "),
        }
    }

    /// `value` as it is written.
    pub(crate) fn literal(self, value: &Literal) -> String {
        match value {
            Literal::Null => "null".to_owned(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(number) => number.to_string(),
            Literal::String(text) => self.quoted(text),
        }
    }

    /// `text` as a string of the language.
    pub(crate) fn quoted(self, text: &str) -> String {
        let escaped = || text.replace('\\', "\\\\");
        match self {
            Self::Hcl => {
                let escaped = escaped().replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
                format!("\"{}\"", escaped.replace("${", "$${").replace("%{", "%%{"))
            }
            Self::HclJson => json_text(&text.replace("${", "$${").replace("%{", "%%{")),
            Self::Json => json_text(text),
            Self::Bicep => {
                let escaped = escaped().replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r");
                format!("'{}'", escaped.replace("${", "\\${"))
            }
        }
    }
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
