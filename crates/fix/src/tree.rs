//! Reads a file into its tree of nodes.

use crate::language::Language;
use crate::node::SyntaxNode;
use crate::{bicep, hcl, json};

/// The tree of `text`; `None` where it can't be read as it is.
pub(crate) fn read(language: Language, text: &str) -> Option<SyntaxNode> {
    match language {
        Language::Hcl => hcl::read(text),
        Language::HclJson | Language::Json => json::read(text),
        Language::Bicep => bicep::read(text),
    }
}
