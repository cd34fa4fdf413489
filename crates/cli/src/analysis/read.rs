//! Reads the candidates and classifies each file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, SourceFile, file_name, parent};
use cmklint_terraform::plan;
use rayon::prelude::*;

use super::run::Run;
use crate::fault::guarded;
use crate::progress::Stage;
use crate::template_scan::TemplateScan;
use crate::templates::{self, ParameterFile, read_parameters};
use crate::tree::{Candidate, FileKind};

/// What a candidate was found to be.
enum ReadCandidate {
    Template(String, TemplateScan),
    /// JSON that a compiler made of the Bicep file beside it.
    Twin(String),
    Parameters(ParameterFile),
    Terraform(String, Vec<Diagnostic>),
    Variables(String),
    Unit(String),
    Document(Arc<SourceFile>),
    Note(Diagnostic),
    Failed(Diagnostic),
    Other,
}

impl Run<'_> {
    /// Reads and parses all candidates.
    pub(super) fn read(&mut self) {
        let of_bicep = |c: &&Candidate| c.kind == FileKind::Bicep;
        let bicep: BTreeSet<&str> = self.request.candidates.iter().filter(of_bicep).map(|c| &*c.path).collect();
        let progress = &self.request.progress;
        progress.begin(Stage::Reading, self.request.candidates.len());
        let read_one = |candidate| {
            let read = self.read_one(candidate, &bicep);
            progress.step();
            read
        };
        let read: Vec<ReadCandidate> = self.request.candidates.par_iter().map(read_one).collect();
        let mut scans = BTreeMap::new();
        self.statistics.files = read.len();
        for (read, candidate) in read.into_iter().zip(&self.request.candidates) {
            match read {
                ReadCandidate::Template(path, mut scan) => {
                    // Who names a file wants to know whether it is well-formed.
                    scan.may_matter |= candidate.named;
                    scans.insert(path.clone(), scan);
                    self.files.insert(path.clone());
                    self.templates.insert(path);
                }
                ReadCandidate::Twin(path) => {
                    self.twins.insert(path);
                }
                ReadCandidate::Parameters(parameters) => {
                    if parameters.stated {
                        self.files.insert(parameters.path.clone());
                    }
                    self.diagnostics.extend(parameters.diagnostics.iter().cloned());
                    self.parameter_files.push(Arc::new(parameters));
                }
                ReadCandidate::Terraform(path, diagnostics) => {
                    self.folders.insert(parent(&path).to_owned());
                    self.files.insert(path);
                    self.diagnostics.extend(diagnostics);
                }
                ReadCandidate::Variables(path) => {
                    self.variable_files.push(path.clone());
                    self.files.insert(path);
                }
                ReadCandidate::Unit(path) => {
                    self.units.push(path.clone());
                    self.files.insert(path);
                }
                ReadCandidate::Document(file) => self.documents.push(file),
                ReadCandidate::Note(note) => self.diagnostics.push(note),
                ReadCandidate::Failed(diagnostic) => {
                    self.files.insert(candidate.path.clone());
                    self.diagnostics.push(diagnostic);
                }
                ReadCandidate::Other => {}
            }
        }
        self.parse_what_matters(scans);
        for path in &self.request.parameters {
            if !self.parameter_files.iter().any(|p| p.path == *path) {
                match read_parameters(path, self.sources) {
                    Some(parameters) => {
                        self.files.insert(path.clone());
                        self.diagnostics.extend(parameters.diagnostics.iter().cloned());
                        self.parameter_files.push(Arc::new(parameters));
                    }
                    None => self
                        .diagnostics
                        .push(Diagnostic::new(Severity::Error, "not-parameters", "not a parameter file").about(path)),
                }
            }
        }
    }

    /// What `candidate` is; `bicep` are the Bicep files of the run.
    fn read_one(&self, candidate: &Candidate, bicep: &BTreeSet<&str>) -> ReadCandidate {
        let path = &candidate.path;
        let read = || match candidate.kind {
            FileKind::Terraform if cmklint_terraform::shadowed_by(path, self.sources).is_some() => {
                note(path, "opentofu", "not read: OpenTofu's own file of this name beside it is read instead")
            }
            FileKind::Skipped => {
                let what = cmklint_terraform::skipped(file_name(path)).unwrap_or("of another tool");
                note(path, "passed-over", &format!("not read: it is {what}"))
            }
            FileKind::Terragrunt => match self.sources.load(path) {
                Ok(_) => ReadCandidate::Unit(path.clone()),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::TerraformState => match self.sources.load(path) {
                Ok(file) => ReadCandidate::Document(file),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::Terraform => match self.sources.load(path) {
                Ok(_) => ReadCandidate::Terraform(path.clone(), self.syntax_of(path)),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::TerraformVariables => match self.sources.load(path) {
                Ok(_) => ReadCandidate::Variables(path.clone()),
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::Bicep => match self.sources.load(path) {
                Ok(file) => self.template(&file),
                Err(error) => unreadable(path, &error.to_string()),
            },
            // One that names a module of a registry is a root by itself.
            FileKind::BicepParameters if self.store.with(path, |_| ()).is_some() => {
                ReadCandidate::Template(path.clone(), TemplateScan::must_be_parsed())
            }
            FileKind::BicepParameters => {
                read_parameters(path, self.sources).map_or(ReadCandidate::Other, ReadCandidate::Parameters)
            }
            FileKind::Json if !candidate.named && self.is_compiled_beside(path, bicep) => {
                ReadCandidate::Twin(path.clone())
            }
            FileKind::Json => self.read_json(path, candidate.named),
        };
        guarded("read", path, read)
            .unwrap_or_else(|| unreadable(path, "a fault in cmklint itself; please report it with this file"))
    }

    fn template(&self, file: &SourceFile) -> ReadCandidate {
        ReadCandidate::Template(file.path().to_owned(), self.scan(file))
    }

    /// A template, a parameter file, or neither: other JSON may be of any size, and broken.
    fn read_json(&self, path: &str, named: bool) -> ReadCandidate {
        const HEAD: usize = 64 * 1024;
        match self.sources.load(path) {
            Ok(file) if cmklint_arm::classify(file.text()) == cmklint_arm::JsonKind::Template => self.template(&file),
            Ok(file) => match read_parameters(path, self.sources) {
                Some(parameters) => ReadCandidate::Parameters(parameters),
                None => read_document(&file, named),
            },
            Err(error) => match self.sources.head(path, HEAD) {
                Ok(head) if cmklint_arm::classify(&String::from_utf8_lossy(&head)) == cmklint_arm::JsonKind::Other => {
                    too_large_document(path, &String::from_utf8_lossy(&head), &error.to_string(), named)
                }
                _ => unreadable(path, &error.to_string()),
            },
        }
    }

    /// Whether the JSON at `path` says in its head that it was compiled from Bicep, and the file it was compiled from is one of `bicep`. No more
    /// of it is read.
    fn is_compiled_beside(&self, path: &str, bicep: &BTreeSet<&str>) -> bool {
        const HEAD: usize = 2000;
        let Some(stem) = path.strip_suffix(".json") else { return false };
        bicep.contains(format!("{stem}.bicep").as_str())
            && self.sources.head(path, HEAD).is_ok_and(|head| {
                let head = String::from_utf8_lossy(&head);
                cmklint_arm::classify(&head) == cmklint_arm::JsonKind::Template && templates::is_compiled(&head)
            })
    }

    fn syntax_of(&self, path: &str) -> Vec<Diagnostic> {
        cmklint_terraform::check_syntax(path, self.sources, self.cache())
    }
}

fn note(path: &str, code: &'static str, message: &str) -> ReadCandidate {
    ReadCandidate::Note(Diagnostic::new(Severity::Note, code, message).about(path))
}

fn unreadable(path: &str, error: &str) -> ReadCandidate {
    ReadCandidate::Failed(Diagnostic::new(Severity::Error, "unreadable", error).about(path))
}

/// The number of characters at a file's beginning that are read to classify it.
const DOCUMENT_HEAD: usize = 4096;

/// JSON that is neither a template nor a parameter file: a plan or a state where it is one and was named. One that was only found in a folder is skipped:
/// it may be of any time.
fn read_document(file: &Arc<SourceFile>, named: bool) -> ReadCandidate {
    let end = file.text().char_indices().nth(DOCUMENT_HEAD).map_or(file.text().len(), |(at, _)| at);
    match (plan::may_be(file.text().get(..end).unwrap_or_default()), named) {
        (true, true) => ReadCandidate::Document(Arc::clone(file)),
        (true, false) => note(
            file.path(),
            "plan-not-asked",
            "not read: a plan or a state of Terraform, which --plan or --state names",
        ),
        (false, _) => ReadCandidate::Other,
    }
}

/// As [`read_document`], for a file that is too large, or can't be read, except for its `head`.
fn too_large_document(path: &str, head: &str, error: &str, named: bool) -> ReadCandidate {
    if !named || !plan::may_be(head) {
        return ReadCandidate::Other;
    }
    let diagnostic = Diagnostic::new(Severity::Error, "unreadable", error).about(path);
    ReadCandidate::Failed(diagnostic.help("--plan and --state read files of any size"))
}
