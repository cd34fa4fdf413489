//! Whether a repository on the disk consists of regular files. Opening a pipe would wait for a writer, without end.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file that contains a repository's path has fewer bytes than this.
const LONGEST_POINTER: u64 = 1 << 16;

/// The first pipe or device in the repository that contains `folder`, or is it; `None` where all are regular files, or there is no repository.
pub(crate) fn first_that_waits(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let found = folder.ancestors().find_map(|above| {
        let own = above.join(".git");
        if fs::symlink_metadata(&own).is_ok() {
            return Some(own);
        }
        // A bare one.
        (above.join("objects").is_dir() && above.join("refs").is_dir()).then(|| above.to_owned())
    })?;
    let mut open = vec![found];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        let Ok(meta) = fs::metadata(&path) else { continue };
        if waits(meta.file_type()) {
            return Some(path);
        }
        if meta.is_file() {
            // `.git` of a worktree or a submodule.
            open.extend(pointed_at(&path, "gitdir:"));
            continue;
        }
        let Ok(real) = path.canonicalize() else { continue };
        if !seen.insert(real) {
            continue;
        }
        for entry in fs::read_dir(&path).into_iter().flatten().filter_map(Result::ok) {
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() || waits(kind) || kind.is_symlink() && !entry.path().is_file() {
                open.push(entry.path());
            }
        }
        open.extend(pointed_at(&path.join("commondir"), ""));
    }
    None
}

/// The path in the file at `path` after `prefix`, if there is one.
fn pointed_at(path: &Path, prefix: &str) -> Option<PathBuf> {
    if !path.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LONGEST_POINTER).read_to_string(&mut text).ok()?;
    let target = text.strip_prefix(prefix)?.trim();
    Some(path.parent()?.join(target))
}

#[cfg(unix)]
fn waits(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo() || kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn waits(_: FileType) -> bool {
    false
}
