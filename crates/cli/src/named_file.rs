//! Files that the command line names. They may be anywhere; but where the name is inside the analyzed tree, the author of the tree decides what is
//! there: so it must be a regular file of the tree, and not a link out of it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::revision::lexical;
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

/// The error that there is no file at `path`, which is `full`, with the name that may be meant.
pub(crate) fn not_there(path: &Path, full: &Path, error: &std::io::Error) -> anyhow::Error {
    let shown = path.display();
    if error.kind() != std::io::ErrorKind::NotFound {
        return anyhow::anyhow!("{shown}: {error}");
    }
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match full.parent().and_then(|folder| near_name(folder, &name)) {
        Some(near) => anyhow::anyhow!("{shown}: no such file; did you mean {}?", path.with_file_name(near).display()),
        None => anyhow::anyhow!("{shown}: no such file"),
    }
}

/// The name in `folder` that is nearest to `name`, where one may be meant.
pub(crate) fn near_name(folder: &Path, name: &str) -> Option<String> {
    /// The most names of a folder that are compared.
    const MOST: usize = 10_000;
    let entries = std::fs::read_dir(folder).ok()?.take(MOST).filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let (distance, near) = names.map(|near| (strsim::damerau_levenshtein(&near, name), near)).min()?;
    (distance <= 2 && distance < name.chars().count()).then_some(near)
}

/// Whether the path `path`, links not followed, is inside the analyzed tree. What the system keeps open (`/dev/fd`) is not, wherever the tree begins.
#[must_use]
pub fn is_of(path: &Path, tree: &Tree) -> bool {
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
