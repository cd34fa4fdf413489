//! The files that configurations exclude.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use cmklint_source::{ancestors, parent};
use globset::GlobSet;

use super::Configuration;
use crate::tree::globs;

/// The globs of configurations, by folder. Those of a folder are of what is below it, so they are put together only where something there is asked about.
#[derive(Default)]
pub(super) struct Excluded {
    by_folder: BTreeMap<String, Globs>,
}

struct Globs {
    patterns: Vec<String>,
    set: OnceCell<GlobSet>,
}

impl Excluded {
    /// Adds those of `configuration`.
    ///
    /// # Errors
    /// Where a glob is malformed.
    pub(super) fn add(&mut self, configuration: &Configuration) -> anyhow::Result<()> {
        let written = &configuration.config.exclude;
        if written.is_empty() {
            return Ok(());
        }
        for one in written {
            globset::Glob::new(&one.text).map_err(|error| anyhow::anyhow!("{}: not a glob: {error}", one.text))?;
        }
        let entry = self.by_folder.entry(configuration.folder.clone());
        let known = entry.or_insert_with(|| Globs { patterns: Vec::new(), set: OnceCell::new() });
        known.patterns.extend(written.iter().map(|one| one.text.clone()));
        known.set = OnceCell::new();
        Ok(())
    }

    /// Whether the file at `path` is excluded.
    pub(super) fn is_match(&self, path: &str) -> bool {
        let excludes = |folder: &str| self.by_folder.get(folder).is_some_and(|globs| globs.is_match(folder, path));
        ancestors(parent(path)).any(excludes)
    }
}

impl Globs {
    fn is_match(&self, folder: &str, path: &str) -> bool {
        // Each glob is one by itself, so a set fails only where it is too large; then nothing is left out.
        self.set.get_or_init(|| globs(&self.patterns, folder).unwrap_or_else(|_| GlobSet::empty())).is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Written};

    #[test]
    fn globs_are_of_what_is_below_the_folder_of_their_configuration() {
        let of = |folder: &str, glob: &str| Configuration {
            config: Config { exclude: vec![Written { text: glob.to_owned(), span: None }], ..Config::default() },
            folder: folder.to_owned(),
            outside: None,
        };
        let mut excluded = Excluded::default();
        let all = [("", "old/**"), ("", "**/*.bak.tf"), ("a[1]/b", "*.tf"), ("a[1]/b", "c/**")];
        all.iter().for_each(|(folder, glob)| excluded.add(&of(folder, glob)).unwrap());
        for path in ["old/main.tf", "x/y.bak.tf", "y.bak.tf", "a[1]/b/main.tf", "a[1]/b/c/main.bicep"] {
            assert!(excluded.is_match(path), "{path}");
        }
        for path in ["main.tf", "x/old/main.tf", "a1/b/main.tf", "a[1]/main.tf", "a[1]/b/d/main.bicep", "c/main.tf"] {
            assert!(!excluded.is_match(path), "{path}");
        }
        assert!(excluded.add(&of("x", "a{b")).is_err());
    }
}
