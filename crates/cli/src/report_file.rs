//! Files that a run writes: beside the old one, which a full disk or a kill leaves as it was, and never through a link of the analyzed tree.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::revision::lexical;
use crate::tree::Tree;

/// Writes `content` to the file at `path`, seen from the current directory.
///
/// # Errors
/// Where it can't be written, or a folder of the analyzed tree leads out of it.
pub fn write(path: &str, content: &[u8], tree: &Tree) -> anyhow::Result<()> {
    let full = target(path, tree)?;
    put(&full, content).with_context(|| format!("{path}: cannot be written"))
}

/// The file to write. A link that lies in the tree is the file itself, and is replaced; the person's own links elsewhere are followed.
fn target(path: &str, tree: &Tree) -> anyhow::Result<PathBuf> {
    let full = lexical(&tree.cwd.join(path));
    let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else { bail!("{path}: not a file") };
    let real = folder.canonicalize().with_context(|| format!("{path}: no such directory"))?;
    if full.starts_with(&tree.root) && !real.starts_with(&tree.root) {
        bail!("{path}: a link on the way leads out of the analyzed tree");
    }
    let file = real.join(name);
    if file.starts_with(&tree.root) { Ok(file) } else { Ok(file.canonicalize().unwrap_or(file)) }
}

fn put(full: &Path, content: &[u8]) -> std::io::Result<()> {
    // A device or a pipe can't be replaced.
    if std::fs::symlink_metadata(full).is_ok_and(|meta| !meta.is_file() && !meta.is_symlink()) {
        return std::fs::OpenOptions::new().write(true).open(full)?.write_all(content);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cmklint-");
    // As any new file: what the process's mask leaves of it.
    #[cfg(unix)]
    let permissions = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut file = builder.tempfile_in(full.parent().unwrap_or(Path::new(".")))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(full)?;
    Ok(())
}
