//! The files of `--inventory`: opened here, since they need not be in the analyzed tree.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use cmklint_inventory::{Inventory, InventoryError, Limits};
use cmklint_source::{Diagnostic, Severity, Sources};

use crate::named_file;
use crate::tree::{Candidate, Tree};

/// The result of reading the inventory files.
#[derive(Debug, Default)]
pub struct InventoryFiles {
    /// The rows of all of them; `None` where there is no such file.
    pub inventory: Option<Arc<Inventory>>,
    /// What could not be read of them.
    pub diagnostics: Vec<Diagnostic>,
    /// Those of the files that are in the tree, by path.
    inside: Vec<String>,
}

impl InventoryFiles {
    /// Reads the inventories at `paths`, seen from the current directory. Their lines that diagnostics name are added to `sources`.
    ///
    /// # Errors
    /// Where a file isn't there or can't be opened. A file that is not an inventory is an error among the diagnostics: the rest is checked without it.
    pub fn read(paths: &[PathBuf], tree: &Tree, sources: &Sources) -> anyhow::Result<Self> {
        if paths.is_empty() {
            return Ok(Self::default());
        }
        let mut inventory = Inventory::default();
        let mut read = Self::default();
        for path in paths {
            let shown = || path.display().to_string();
            let full = named_file::find(path, tree)?;
            let file = std::fs::File::open(&full).with_context(|| format!("{}: cannot be read", shown()))?;
            let name = seen_from(&tree.root, &full);
            if let Err(error) = inventory.add(&name, file, &Limits::default()) {
                let (InventoryError::Io { reason, .. } | InventoryError::NotAnInventory { reason, .. }) = &error;
                let mut diagnostic =
                    Diagnostic::new(Severity::Error, "not-an-inventory", reason.clone()).about(name.clone());
                if matches!(error, InventoryError::NotAnInventory { .. }) {
                    diagnostic = diagnostic.help(InventoryError::EXPECTED);
                }
                read.diagnostics.push(diagnostic);
            }
            read.inside.extend(tree.relative(&full));
        }
        read.diagnostics.extend(inventory.diagnostics(sources));
        read.inventory = Some(Arc::new(inventory));
        Ok(read)
    }

    /// Removes the inventories from `candidates`: they are not code, wherever they are.
    pub fn leave_out(&self, candidates: &mut Vec<Candidate>) {
        candidates.retain(|c| !self.inside.contains(&c.path));
    }
}

/// The relative path from the folder `from` to `to`, both canonical; `to` itself where they have nothing in common.
pub(crate) fn seen_from(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let text = |c: Component<'_>| c.as_os_str().to_string_lossy().into_owned();
    if shared == 0 {
        return to.to_string_lossy().replace('\\', "/");
    }
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    up.chain(to.components().skip(shared).map(text)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_outside_of_the_tree_is_shown_by_the_way_to_it() {
        let seen = |from, to| seen_from(Path::new(from), Path::new(to));
        assert_eq!(seen("/repo", "/repo/a/inv.json"), "a/inv.json");
        assert_eq!(seen("/repo/infra", "/data/inv.json"), "../../data/inv.json");
    }
}
