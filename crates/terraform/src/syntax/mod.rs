//! From text to trees.

pub(crate) mod ast;
mod hcl;
mod indent;
mod json;
mod mend;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};

use ast::Body;
use hcl::{HclReader, TextPlacement};

/// A file as it was read.
#[derive(Debug, Default)]
pub(crate) struct ParsedFile {
    /// What it holds; empty where it could not be read.
    pub(crate) body: Body,
    /// What is wrong with it.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Each file's tree, so that a module called from many places, or a root with many environments, is parsed once.
///
/// Belongs to one [`Sources`]: spans carry its file ids. Threads may share it.
#[derive(Debug, Default)]
pub struct ParseCache {
    files: RwLock<HashMap<String, Arc<ParsedFile>>>,
    pub(crate) modules: RwLock<HashMap<String, Arc<crate::config::Config>>>,
}

impl ParseCache {
    /// The tree of the file at `path`.
    pub(crate) fn parse(&self, path: &str, sources: &Sources) -> Arc<ParsedFile> {
        if let Some(parsed) = self.files.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Arc::clone(parsed);
        }
        let parsed = Arc::new(match sources.load(path) {
            Ok(file) => parse(&file),
            Err(error) => {
                let diagnostic = Diagnostic::new(Severity::Error, "unreadable", error.to_string()).about(path);
                ParsedFile { body: Body::default(), diagnostics: vec![diagnostic] }
            }
        });
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry(path.to_owned()).or_insert(parsed))
    }
}

/// Reads `file` by what its name says: JSON or HCL, configuration or variable values.
pub(crate) fn parse(file: &SourceFile) -> ParsedFile {
    let mut diagnostics = Vec::new();
    let path = file.path();
    let body = if path.ends_with(".json") {
        json::parse(file, !(path.ends_with(".tf.json") || path.ends_with(".tofu.json")), &mut diagnostics)
    } else {
        match mend::parse(file.text()) {
            Ok(body) => HclReader { place: TextPlacement::At(file.id(), 0), text: file.text() }.body(&body),
            Err(error) => {
                let start = error.location().offset().min(file.text().len());
                let end =
                    file.text().get(start..).and_then(|t| t.chars().next()).map_or(start, |c| start + c.len_utf8());
                let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
                diagnostics.push(Diagnostic::error("syntax", message, file.span(start, end)));
                Body::default()
            }
        }
    };
    ParsedFile { body, diagnostics }
}

/// Reads a configuration that is written in a text at `span`; `None` where it is broken.
pub(crate) fn parse_at(text: &str, span: Span) -> Option<ParsedFile> {
    let body = hcl_edit::parser::parse_body(text).ok()?;
    Some(ParsedFile {
        body: HclReader { place: TextPlacement::Within(span), text }.body(&body),
        diagnostics: Vec::new(),
    })
}

/// Reads an expression that is written in a text at `span`.
pub(crate) fn read_expr(text: &str, span: Span) -> Option<ast::Expr> {
    hcl_edit::parser::parse_expr(text)
        .ok()
        .map(|expr| HclReader { place: TextPlacement::Within(span), text }.expr(&expr))
}

/// Reads a template that is a whole of its own, such as a file's content; its parts are all at `span`.
pub(crate) fn read_template(text: &str, span: Span) -> Option<Vec<ast::Piece>> {
    let template = hcl_edit::parser::parse_template(text).ok()?;
    Some(HclReader { place: TextPlacement::Within(span), text }.template(&template))
}
