//! Parsing of text to trees.

pub(crate) mod ast;
mod hcl;
mod indent;
mod json;
mod json_comments;
mod mend;
mod scan;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use cmklint_graph::Value;
use cmklint_source::reads::{self, Reads};
use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, Span};

use ast::{Block, Body};
use hcl::{HclReader, TextPlacement};
use scan::Whole;

pub use json_comments::{JsonComment, json_comments};

/// A parsed file.
#[derive(Debug, Default)]
pub(crate) struct ParsedFile {
    /// Its content; empty where it could not be parsed.
    pub(crate) body: Body,
    /// Errors in it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Its size in bytes.
    pub(crate) size: usize,
    /// The values of those of its attributes that are written out, by their places, as far as they were asked for.
    written_out: RwLock<HashMap<usize, Value>>,
}

impl ParsedFile {
    /// The value of the attribute at that place, which is written out, where it was [kept](Self::keep_written_out).
    pub(crate) fn written_out(&self, at: usize) -> Option<Value> {
        self.written_out.read().unwrap_or_else(PoisonError::into_inner).get(&at).cloned()
    }

    /// Keeps the `value` of the attribute at that place for all who ask for it: it must rest on nothing else.
    pub(crate) fn keep_written_out(&self, at: usize, value: &Value) {
        let mut kept = self.written_out.write().unwrap_or_else(PoisonError::into_inner);
        kept.entry(at).or_insert_with(|| value.clone());
    }
}

/// Each file's tree, so that a module called from many places, or a root with many environments, is parsed once.
///
/// Belongs to one [`Sources`]: spans carry its file ids. Threads may share it.
#[derive(Debug, Default)]
pub struct ParseCache {
    files: RwLock<HashMap<String, Kept<ParsedFile>>>,
    modules: RwLock<HashMap<String, Kept<crate::config::Config>>>,
    /// By the folder of the calls.
    own_folders: RwLock<HashMap<String, Kept<OwnFolders>>>,
    /// What an earlier look at the same tree had.
    before: EarlierFiles,
    /// The values of Terragrunt's configuration files that others read, and their diagnostics.
    pub(crate) configurations: RwLock<HashMap<String, EvaluatedFile>>,
}

/// Something made of files, and what was read for it.
type Kept<T> = (Arc<T>, Arc<Reads>);

/// The files and modules of an earlier look.
#[derive(Debug, Default)]
struct EarlierFiles {
    files: HashMap<String, Kept<ParsedFile>>,
    modules: HashMap<String, Kept<crate::config::Config>>,
    own_folders: HashMap<String, Kept<OwnFolders>>,
}

/// The calls of a folder by a remote address: for each name the block, and the folder of the tree that it calls.
pub(crate) type OwnFolders = HashMap<Arc<str>, (Arc<Block>, Option<String>)>;

/// The value of a configuration file of Terragrunt, and its diagnostics.
pub(crate) type EvaluatedFile = (Value, Arc<[Diagnostic]>);

impl ParseCache {
    /// The tree of the file at `path`.
    pub(crate) fn parse(&self, path: &str, sources: &Sources) -> Arc<ParsedFile> {
        kept(&self.files, &self.before.files, path, sources, || {
            Arc::new(match sources.load(path) {
                Ok(file) => parse(&file),
                Err(error) => {
                    let diagnostic = Diagnostic::new(Severity::Error, "unreadable", error.to_string()).about(path);
                    ParsedFile { diagnostics: vec![diagnostic], ..ParsedFile::default() }
                }
            })
        })
    }

    /// The module in the folder `dir`, as `read` makes it where it is not kept.
    pub(crate) fn module(
        &self,
        dir: &str,
        sources: &Sources,
        read: impl FnOnce() -> Arc<crate::config::Config>,
    ) -> Arc<crate::config::Config> {
        kept(&self.modules, &self.before.modules, dir, sources, read)
    }

    /// Which folders of the tree the configuration in the folder `dir` calls by remote addresses, as `look` finds them where that is not kept.
    pub(crate) fn own_folders(
        &self,
        dir: &str,
        sources: &Sources,
        look: impl FnOnce() -> OwnFolders,
    ) -> Arc<OwnFolders> {
        kept(&self.own_folders, &self.before.own_folders, dir, sources, || Arc::new(look()))
    }

    /// A cache for another look at the tree that this one is of: what is made of files that are the same is not made again.
    #[must_use]
    pub fn next(&self) -> Self {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner).clone();
        let modules = self.modules.read().unwrap_or_else(PoisonError::into_inner).clone();
        let own_folders = self.own_folders.read().unwrap_or_else(PoisonError::into_inner).clone();
        Self { before: EarlierFiles { files, modules, own_folders }, ..Self::default() }
    }
}

/// What `now` has for `path`; else what `before` has, where it was made of what is in `sources`; else what `make` makes. Whoever asks has read what it was made of.
fn kept<T>(
    now: &RwLock<HashMap<String, Kept<T>>>,
    before: &HashMap<String, Kept<T>>,
    path: &str,
    sources: &Sources,
    make: impl FnOnce() -> Arc<T>,
) -> Arc<T> {
    if let Some((made, reads)) = now.read().unwrap_or_else(PoisonError::into_inner).get(path) {
        reads::repeat(reads);
        return Arc::clone(made);
    }
    let earlier = before.get(path).filter(|(_, reads)| sources.still_has(reads)).cloned();
    let (made, reads) = match earlier {
        Some((made, reads)) => {
            reads::repeat(&reads);
            (made, reads)
        }
        None => {
            let (made, reads) = reads::recorded(make);
            (made, Arc::new(reads))
        }
    };
    let mut now = now.write().unwrap_or_else(PoisonError::into_inner);
    let (made, _) = now.entry(path.to_owned()).or_insert((made, reads));
    Arc::clone(made)
}

/// What is told of a file with an object that has [too many members](too_wide).
pub const TOO_WIDE: &str =
    "an object has so many members that the file is not read: the parser compares each with all others";

/// Where the object with the most members in `text`, HCL of a whole file, begins, if parsing it would take too long.
#[must_use]
pub fn too_wide(text: &str) -> Option<usize> {
    scan::too_wide(text, Whole::Body)
}

/// Parses `file` as its name says: JSON or HCL, configuration or variable values.
pub(crate) fn parse(file: &SourceFile) -> ParsedFile {
    let mut diagnostics = Vec::new();
    let path = file.path();
    let wide = if path.ends_with(".json") { None } else { too_wide(file.text()) };
    let body = if let Some(start) = wide {
        diagnostics.push(Diagnostic::error("syntax", TOO_WIDE, file.span(start, start + 1)));
        Body::default()
    } else if path.ends_with(".json") {
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
    ParsedFile { body, diagnostics, size: file.text().len(), ..ParsedFile::default() }
}

/// Parses a configuration that is written in a text at `span`; `None` where it is broken.
pub(crate) fn parse_at(text: &str, span: Span) -> Option<ParsedFile> {
    if too_wide(text).is_some() {
        return None;
    }
    let (body, mended) = mend::parse(text, Whole::Body, hcl_edit::parser::parse_body).ok()?;
    Some(ParsedFile {
        body: HclReader::new(TextPlacement::Within(span), text, mended.as_ref()).body(&body),
        size: text.len(),
        ..ParsedFile::default()
    })
}

/// Parses an expression that is written in a text at `span`.
pub(crate) fn read_expr(text: &str, span: Span) -> Option<ast::Expr> {
    if scan::too_wide(text, Whole::Expression).is_some() {
        return None;
    }
    let (expr, mended) = mend::parse(text, Whole::Expression, hcl_edit::parser::parse_expr).ok()?;
    Some(HclReader::new(TextPlacement::Within(span), text, mended.as_ref()).expr(&expr))
}

/// Parses a whole template, such as a file's content; all its parts are at `span`.
pub(crate) fn read_template(text: &str, span: Span) -> Option<Vec<ast::Piece>> {
    template_at(text, TextPlacement::Within(span)).ok()
}

/// The pieces of a template at `place`.
///
/// # Errors
/// What is wrong with it.
fn template_at(text: &str, place: TextPlacement) -> Result<Vec<ast::Piece>, String> {
    if scan::too_wide(text, Whole::Template).is_some() {
        return Err(TOO_WIDE.to_owned());
    }
    let parsed = mend::parse(text, Whole::Template, hcl_edit::parser::parse_template);
    let (template, mended) = parsed.map_err(|error| error.message().to_owned())?;
    Ok(HclReader::new(place, text, mended.as_ref()).template(&template))
}
