//! Files that the command line names. They may be anywhere; but where the name is inside the analyzed tree, the author of the tree decides what is
//! there: so it must be a regular file of the tree, and not a link out of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::paths::{lexical, not_there};
use crate::tree::Tree;

/// The real path of the file at `path`, relative to the current directory.
///
/// # Errors
/// Where there is none, or the path in the analyzed tree is a link out of it or not a regular file.
pub fn find(path: &Path, tree: &Tree) -> anyhow::Result<PathBuf> {
    let shown = path.display();
    let full = tree.cwd.join(path);
    let real = full.canonicalize().map_err(|error| not_there(path, &full, &error))?;
    if is_of(&full, tree) {
        if !real.starts_with(&tree.root) {
            bail!("{shown}: a link that leads out of the analyzed tree");
        }
        if !real.is_file() {
            bail!("{shown}: not a plain file");
        }
    }
    Ok(real)
}

/// Whether the path `path`, links not followed, is inside the analyzed tree. What the system keeps open (`/dev/fd`) is not, wherever the tree begins.
#[must_use]
pub(crate) fn is_of(path: &Path, tree: &Tree) -> bool {
    let path = lexical(path);
    path.starts_with(&tree.root) && !["/dev", "/proc"].iter().any(|top| path.starts_with(top))
}

/// The bytes of the file at `path`, relative to the current directory.
///
/// # Errors
/// As for [`find`]; also where it can't be read, or has more than `limit` bytes.
pub fn read(path: &Path, tree: &Tree, limit: u64) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("{}: cannot be read", path.display());
    let file = std::fs::File::open(find(path, tree)?).with_context(cannot)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > limit {
        bail!("{}: more than {limit} bytes", path.display());
    }
    Ok(bytes)
}
