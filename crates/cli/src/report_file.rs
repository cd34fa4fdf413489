//! Files that a run writes: first beside the old one, which remains intact if the disk is full or the process is killed, and never through a link of the
//! analyzed tree.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::paths::lexical;
use crate::tree::Tree;

/// Writes `content` to the file at `path`, relative to the current directory.
///
/// # Errors
/// Where it can't be written, or a folder of the analyzed tree leads out of it.
pub fn write(path: &Path, content: &[u8], tree: &Tree) -> anyhow::Result<()> {
    let written = match target(path, tree)? {
        Destination::File(file) => replace(&file, content),
        Destination::Stream(stream) => {
            std::fs::OpenOptions::new().append(true).open(stream).and_then(|mut stream| stream.write_all(content))
        }
    };
    written.with_context(|| format!("{}: cannot be written", path.display()))
}

enum Destination {
    /// A file that exists or not.
    File(PathBuf),
    /// A device, a pipe, or a stream of the process (`/dev/stdout`): written to, never replaced.
    Stream(PathBuf),
}

/// Where to write. A link inside the tree is itself replaced by the file; links elsewhere, which are the user's own, are followed.
fn target(path: &Path, tree: &Tree) -> anyhow::Result<Destination> {
    let full = lexical(&tree.cwd.join(path));
    let shown = path.display();
    let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else { bail!("{shown}: not a file") };
    let real = folder.canonicalize().with_context(|| format!("{shown}: no such directory"))?;
    let file = real.join(name);
    if ["/dev", "/proc"].iter().any(|top| full.starts_with(top)) {
        return Ok(Destination::Stream(full));
    }
    if full.starts_with(&tree.root) {
        if !real.starts_with(&tree.root) {
            bail!("{shown}: a link on the way leads out of the analyzed tree");
        }
        // Opening a pipe that someone put there would wait for a reader.
        if std::fs::symlink_metadata(&file).is_ok_and(|meta| !meta.is_file() && !meta.is_symlink()) {
            bail!("{shown}: not a plain file");
        }
        return Ok(Destination::File(file));
    }
    if std::fs::metadata(&file).is_ok_and(|meta| !meta.is_file()) {
        return Ok(Destination::Stream(full));
    }
    Ok(Destination::File(file.canonicalize().unwrap_or(file)))
}

/// Puts `content` in place of the plain file at `file`, which keeps its permissions.
///
/// # Errors
/// Where it can't be written.
pub(crate) fn rewrite(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let permissions = std::fs::metadata(file)?.permissions();
    replace(file, content)?;
    std::fs::set_permissions(file, permissions)
}

/// Writes a file beside it, then renames that.
fn replace(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cmklint-");
    // As for any new file: what the process's umask allows.
    #[cfg(unix)]
    let permissions = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(permissions);
    let mut beside = builder.tempfile_in(file.parent().unwrap_or(Path::new(".")))?;
    beside.write_all(content)?;
    beside.as_file().sync_all()?;
    beside.persist(file)?;
    Ok(())
}
