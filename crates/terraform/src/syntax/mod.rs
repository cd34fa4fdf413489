//! Parsing of text to trees.

pub(crate) mod ast;
mod hcl;
mod indent;
mod json;
mod mend;
mod scan;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use cmklint_graph::Value;
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};

use ast::Body;
use hcl::{HclReader, TextPlacement};
use scan::Whole;

/// A parsed file.
#[derive(Debug, Default)]
pub(crate) struct ParsedFile {
    /// Its content; empty where it could not be parsed.
    pub(crate) body: Body,
    /// Errors in it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Its size in bytes.
    pub(crate) size: usize,
}

/// Each file's tree, so that a module called from many places, or a root with many environments, is parsed once.
///
/// Belongs to one [`Sources`]: spans carry its file ids. Threads may share it.
#[derive(Debug, Default)]
pub struct ParseCache {
    files: RwLock<HashMap<String, Arc<ParsedFile>>>,
    pub(crate) modules: RwLock<HashMap<String, Arc<crate::config::Config>>>,
    /// The values of Terragrunt's configuration files that others read, and their diagnostics.
    pub(crate) configurations: RwLock<HashMap<String, EvaluatedFile>>,
}

/// The value of a configuration file of Terragrunt, and its diagnostics.
pub(crate) type EvaluatedFile = (Value, Arc<[Diagnostic]>);

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
                ParsedFile { diagnostics: vec![diagnostic], ..ParsedFile::default() }
            }
        });
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry(path.to_owned()).or_insert(parsed))
    }
}

/// Parses `file` as its name says: JSON or HCL, configuration or variable values.
pub(crate) fn parse(file: &SourceFile) -> ParsedFile {
    let mut diagnostics = Vec::new();
    let path = file.path();
    let body = if path.ends_with(".json") {
        json::parse(file, !(path.ends_with(".tf.json") || path.ends_with(".tofu.json")), &mut diagnostics)
    } else {
        match mend::parse(file.text(), Whole::Body, hcl_edit::parser::parse_body) {
            Ok((body, mended)) => {
                HclReader::new(TextPlacement::At(file.id(), 0), file.text(), mended.as_ref()).body(&body)
            }
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
    ParsedFile { body, diagnostics, size: file.text().len() }
}

/// Parses a configuration that is written in a text at `span`; `None` where it is broken.
pub(crate) fn parse_at(text: &str, span: Span) -> Option<ParsedFile> {
    let (body, mended) = mend::parse(text, Whole::Body, hcl_edit::parser::parse_body).ok()?;
    Some(ParsedFile {
        body: HclReader::new(TextPlacement::Within(span), text, mended.as_ref()).body(&body),
        diagnostics: Vec::new(),
        size: text.len(),
    })
}

/// Parses an expression that is written in a text at `span`.
pub(crate) fn read_expr(text: &str, span: Span) -> Option<ast::Expr> {
    let (expr, mended) = mend::parse(text, Whole::Expression, hcl_edit::parser::parse_expr).ok()?;
    Some(HclReader::new(TextPlacement::Within(span), text, mended.as_ref()).expr(&expr))
}

/// Parses a whole template, such as a file's content; all its parts are at `span`.
pub(crate) fn read_template(text: &str, span: Span) -> Option<Vec<ast::Piece>> {
    template_at(text, TextPlacement::Within(span)).ok()
}

fn template_at(text: &str, place: TextPlacement) -> Result<Vec<ast::Piece>, hcl_edit::parser::Error> {
    let (template, mended) = mend::parse(text, Whole::Template, hcl_edit::parser::parse_template)?;
    Ok(HclReader::new(place, text, mended.as_ref()).template(&template))
}
