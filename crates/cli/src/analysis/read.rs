//! Reads the candidates and classifies each file.

use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, SourceFile, file_name, parent};
use rayon::prelude::*;

use super::{Run, documents};
use crate::fault::guarded;
use crate::templates::{ParameterFile, read_parameters};
use crate::tree::{Candidate, FileKind};

/// What a candidate was found to be.
pub(super) enum ReadCandidate {
    Template(String),
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
        let read: Vec<ReadCandidate> = self.request.candidates.par_iter().map(|c| self.read_one(c)).collect();
        self.statistics.files = read.len();
        for (read, candidate) in read.into_iter().zip(&self.request.candidates) {
            match read {
                ReadCandidate::Template(path) => {
                    self.files.insert(path.clone());
                    self.templates.insert(path);
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

    fn read_one(&self, candidate: &Candidate) -> ReadCandidate {
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
                Ok(_) => {
                    self.store.with(path, |_| ());
                    ReadCandidate::Template(path.clone())
                }
                Err(error) => unreadable(path, &error.to_string()),
            },
            FileKind::BicepParameters => {
                read_parameters(path, self.sources).map_or(ReadCandidate::Other, ReadCandidate::Parameters)
            }
            FileKind::Json => self.read_json(path, candidate.named),
        };
        guarded(path, read)
            .unwrap_or_else(|| unreadable(path, "a fault in cmklint itself; please report it with this file"))
    }

    /// A template, a parameter file, or neither: other JSON may be of any size, and broken.
    fn read_json(&self, path: &str, named: bool) -> ReadCandidate {
        const HEAD: usize = 64 * 1024;
        match self.sources.load(path) {
            Ok(_) if self.store.with(path, |_| ()).is_some() => ReadCandidate::Template(path.to_owned()),
            Ok(file) => match read_parameters(path, self.sources) {
                Some(parameters) => ReadCandidate::Parameters(parameters),
                None => documents::read(&file, named),
            },
            Err(error) => match self.sources.head(path, HEAD) {
                Ok(head) if cmklint_arm::classify(&String::from_utf8_lossy(&head)) == cmklint_arm::JsonKind::Other => {
                    documents::too_large(path, &String::from_utf8_lossy(&head), &error.to_string(), named)
                }
                _ => unreadable(path, &error.to_string()),
            },
        }
    }

    fn syntax_of(&self, path: &str) -> Vec<Diagnostic> {
        cmklint_terraform::check_syntax(path, self.sources, self.cache())
    }
}

pub(super) fn note(path: &str, code: &'static str, message: &str) -> ReadCandidate {
    ReadCandidate::Note(Diagnostic::new(Severity::Note, code, message).about(path))
}

fn unreadable(path: &str, error: &str) -> ReadCandidate {
    ReadCandidate::Failed(Diagnostic::new(Severity::Error, "unreadable", error).about(path))
}
