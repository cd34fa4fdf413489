//! Reads a file into its tree of nodes.

use std::cell::OnceCell;

use crate::language::Language;
use crate::node::SyntaxNode;
use crate::{bicep, hcl, json};

/// What is known of a text that changes are made in: each thing is worked out once, where a change first needs it.
#[derive(Debug, Default)]
pub struct TextFacts {
    root: OnceCell<Option<SyntaxNode>>,
    pub(crate) line_end: OnceCell<&'static str>,
    pub(crate) unit: OnceCell<&'static str>,
}

impl TextFacts {
    /// The tree of `text`; `None` where it can't be read as it is.
    pub(crate) fn root(&self, language: Language, text: &str) -> Option<&SyntaxNode> {
        self.root.get_or_init(|| read(language, text)).as_ref()
    }
}

fn read(language: Language, text: &str) -> Option<SyntaxNode> {
    match language {
        Language::Hcl => hcl::read(text),
        Language::HclJson | Language::Json => json::read(text),
        Language::Bicep => bicep::read(text),
    }
}
