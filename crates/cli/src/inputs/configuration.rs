//! Which configuration file applies to which path.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cmklint_source::{Diagnostic, DiskLoader, Sources, parent};

use crate::config::{self, Config, LinkConfig};
use crate::tree::Tree;
use crate::{named_file, paths};

/// A configuration, and the folder that its paths are relative to.
#[derive(Debug, Default)]
pub struct Configuration {
    /// Its settings.
    pub config: Config,
    /// The folder of its file, below the tree's root.
    pub folder: String,
    /// That folder on the disk, where the file is none of the tree's.
    pub outside: Option<PathBuf>,
}

/// The errors in a configuration file.
#[derive(Debug)]
pub struct BrokenConfiguration(pub Vec<Diagnostic>);

impl fmt::Display for BrokenConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is broken")
    }
}

impl std::error::Error for BrokenConfiguration {}

impl BrokenConfiguration {
    /// The message in one line, with the errors in the file.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        let messages: Vec<&str> = self.0.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        format!("{self}: {}", messages.join("; "))
    }
}

impl Configuration {
    /// Reads the configuration file at `path`; without a path, all settings are left out.
    ///
    /// # Errors
    /// Where it can't be read; where it has errors, a [`BrokenConfiguration`].
    pub fn read(path: Option<&Path>, tree: &Tree, sources: &Sources) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        // A file of a revision need not be on the disk.
        let full = path.canonicalize().unwrap_or_else(|_| paths::lexical(path));
        let outside;
        let (relative, sources) = match tree.relative(&full) {
            Some(relative) => (relative, sources),
            None if named_file::is_of(path, tree) => {
                bail!("{}: a link that leads out of the analyzed tree", path.display())
            }
            None => {
                // A configuration from elsewhere applies to the whole tree.
                let folder = full.parent().unwrap_or(&full);
                outside = Sources::new(DiskLoader::new(folder, u64::MAX)?);
                (full.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(), &outside)
            }
        };
        let file = sources.load(&relative).with_context(|| format!("{}: cannot be read", path.display()))?;
        let (mut config, diagnostics) = config::parse(&file);
        let is_outside = tree.relative(&full).is_none();
        if is_outside {
            config = config.without_spans();
        }
        if !diagnostics.is_empty() {
            return Err(BrokenConfiguration(diagnostics).into());
        }
        let outside = full.parent().filter(|_| is_outside).map(Path::to_owned);
        Ok(Self { config, folder: parent(&relative).to_owned(), outside })
    }

    /// The path `path` of the configuration, relative to the tree's root. One that leads out of the tree remains one that no loader reads.
    #[must_use]
    pub fn below(&self, path: &str) -> String {
        cmklint_source::join(&self.folder, path).unwrap_or_else(|| format!("/{}", path.trim_start_matches('/')))
    }

    /// The links between roots, with the roots' paths relative to the tree's root.
    #[must_use]
    pub fn links(&self) -> Vec<LinkConfig> {
        let full = |path: &String| match (self.folder.as_str(), path.as_str()) {
            ("", _) => path.clone(),
            (folder, ".") => folder.to_owned(),
            (folder, _) => cmklint_source::join(folder, path).unwrap_or_else(|| path.clone()),
        };
        let link = |link: &LinkConfig| LinkConfig { root: full(&link.root), from: full(&link.from), ..link.clone() };
        self.config.links.iter().map(link).collect()
    }
}

/// The configuration file that applies to `path`: the nearest from there up to the tree's root.
#[must_use]
pub fn nearest(path: &Path, tree: &Tree, is_file: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let folders = path.ancestors().take_while(|folder| folder.starts_with(&tree.root));
    folders.map(|folder| folder.join(config::FILE_NAME)).find(|file| is_file(file))
}
