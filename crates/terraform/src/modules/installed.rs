//! The modules that `terraform init` installed: `.terraform/modules/modules.json` of a root.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_source::{Diagnostic, Severity, SourceFile, Sources, join, normalize};

use crate::config::is_configuration;

/// Where Terraform keeps them, below the root.
pub(crate) const FOLDER: &str = ".terraform/modules";

/// An installed module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    /// The source in Terraform's long form.
    pub(crate) source: String,
    /// The version, for a module of a registry.
    pub(crate) version: Option<String>,
    /// Its folder, as the manifest has it.
    pub(crate) written: String,
    /// Its folder in the tree; `None` where that is outside.
    pub(crate) dir: Option<String>,
}

/// The installed modules of a root by key: the names of the calls that lead to it, with dots between them.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    modules: BTreeMap<String, Installed>,
    /// The folders of those that are where Terraform installs them, sorted, each once.
    folders: Vec<String>,
}

impl Manifest {
    /// The module that was installed for the call with that key.
    pub(crate) fn get(&self, key: &str) -> Option<&Installed> {
        self.modules.get(key)
    }

    /// Reads the manifest of the root `dir`, once for all who ask; `None` where there is none. Errors in it go to `diagnostics`.
    pub(crate) fn read(dir: &str, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Arc<Self>> {
        let path = join(dir, &format!("{FOLDER}/modules.json"))?;
        if !sources.is_file(&path) {
            return None;
        }
        match sources.load(&path) {
            Ok(file) => {
                // The file's path says which root it is of.
                let read = sources.made_of(file.id(), || {
                    let mut diagnostics = Vec::new();
                    let manifest = Self::parse(dir, &file, &mut diagnostics).map(Arc::new);
                    ReadManifest { manifest, diagnostics }
                });
                diagnostics.extend(read.diagnostics.iter().cloned());
                read.manifest.clone()
            }
            Err(error) => {
                diagnostics.push(wrong(&path, format!("the list of installed modules can't be read ({error})")));
                None
            }
        }
    }

    fn parse(dir: &str, file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let wrong = |what: String| wrong(file.path(), what);
        let json: serde_json::Value = match serde_json::from_str(file.text()) {
            Ok(json) => json,
            Err(error) => {
                let at = offset(file, error.line(), error.column());
                let what = "the list of installed modules is not JSON".to_owned();
                diagnostics.push(wrong(what).at(file.span(at, at)));
                return None;
            }
        };
        let Some(listed) = json.get("Modules").and_then(serde_json::Value::as_array) else {
            let what = "the list of installed modules has no member Modules that is a list".to_owned();
            diagnostics.push(wrong(what).at(file.span(0, 0)));
            return None;
        };
        let mut manifest = Self::default();
        let mut odd = 0usize;
        for module in listed {
            let text = |name: &str| module.get(name).and_then(serde_json::Value::as_str);
            let (Some(key), Some(source), Some(written)) = (text("Key"), text("Source"), text("Dir")) else {
                odd += 1;
                continue;
            };
            let installed = Installed {
                source: source.to_owned(),
                version: text("Version").filter(|v| !v.is_empty()).map(str::to_owned),
                written: written.to_owned(),
                dir: normalize(written).and_then(|_| join(dir, written)),
            };
            manifest.modules.entry(key.to_owned()).or_insert(installed);
        }
        if odd > 0 {
            let message = format!("{odd} of the installed modules are listed without key, source or folder");
            diagnostics
                .push(Diagnostic::warning("modules-manifest", message, file.span(0, 0)).help("Run terraform init"));
        }
        let folders = manifest.modules.values().filter_map(|m| m.dir.clone()).filter(|below| is_below(below, dir));
        let folders: BTreeSet<String> = folders.collect();
        manifest.folders = folders.into_iter().collect();
        Some(manifest)
    }

    /// All folders below the one in which Terraform installs modules, sorted.
    pub(crate) fn folders(&self) -> &[String] {
        &self.folders
    }
}

/// What was read of a manifest: nothing where it is broken.
struct ReadManifest {
    manifest: Option<Arc<Manifest>>,
    diagnostics: Vec<Diagnostic>,
}

fn wrong(path: &str, what: String) -> Diagnostic {
    let message = format!("{what}: the modules it lists count as not installed");
    Diagnostic::new(Severity::Warning, "modules-manifest", message).about(path).help("Run terraform init")
}

/// Whether `dir` is in the folder in which Terraform installs the modules of the root `root`.
pub(crate) fn is_below(dir: &str, root: &str) -> bool {
    join(root, FOLDER).is_some_and(|folder| dir.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/')))
}

/// Whether `dir` contains configuration files.
pub(crate) fn has_configuration(dir: &str, sources: &Sources) -> bool {
    sources.files_in(dir).iter().any(|f| is_configuration(f))
}

/// The offset of serde_json's error position: a line from 1, a column in bytes.
fn offset(file: &SourceFile, line: usize, column: usize) -> usize {
    let start = u32::try_from(line).ok().and_then(|line| file.lines().line_start(line)).unwrap_or(0) as usize;
    (start + column.saturating_sub(1)).min(file.text().len())
}
