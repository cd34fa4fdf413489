//! Whether what is read of a repository on the disk are plain files, and how large its objects are. Opening a pipe would wait for whoever writes to it, without end.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file that contains a repository's path has fewer bytes than this.
const LONGEST_POINTER: u64 = 1 << 16;
/// A repository in which there are more files to look at is not read.
const MOST_FILES: usize = 1_000_000;
/// The folders of a repository in which files are read, with all below them. What else is in it (hooks, copies of Git LFS, submodules, other worktrees) is not looked at.
const READ_FOLDERS: [&str; 4] = ["objects", "refs", "logs", "info"];

/// What a look at a repository came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// The first pipe or device.
    pub(crate) waits: Option<PathBuf>,
    /// Whether there are too many files to look at each of them.
    pub(crate) is_too_large: bool,
    /// The bytes of all files with objects.
    pub(crate) object_bytes: u64,
}

/// Looks at the repository that holds `folder`, or is it; there may be none.
pub(crate) fn look(folder: &Path) -> Look {
    let mut walk = Walk { left: MOST_FILES, ..Walk::default() };
    if let Some(found) = folder.canonicalize().ok().and_then(|folder| repository(&folder)) {
        walk.repository(&found);
    }
    Look { waits: walk.waits, is_too_large: walk.left == 0, object_bytes: walk.object_bytes }
}

/// `.git` of the repository that holds `folder`, or the bare one that `folder` is in.
fn repository(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find_map(|above| {
        let own = above.join(".git");
        if fs::symlink_metadata(&own).is_ok() {
            return Some(own);
        }
        (above.join("objects").is_dir() && above.join("refs").is_dir()).then(|| above.to_owned())
    })
}

/// Whether the repository that holds `folder` says that its objects are named by SHA-256.
pub(crate) fn is_of_sha256(folder: &Path) -> bool {
    let Some(path) = folder.canonicalize().ok().and_then(|folder| repository(&folder)) else { return false };
    let own = pointed_at(&path, "gitdir:").unwrap_or(path);
    let shared = pointed_at(&own.join("commondir"), "").unwrap_or(own);
    let text = short_text(&shared.join("config")).unwrap_or_default().to_ascii_lowercase();
    let settings = text.lines().map(|line| line.split_whitespace().collect::<String>());
    settings.into_iter().any(|setting| setting == "objectformat=sha256")
}

#[derive(Default)]
struct Walk {
    seen: BTreeSet<PathBuf>,
    waits: Option<PathBuf>,
    left: usize,
    object_bytes: u64,
}

impl Walk {
    /// Looks at the repository at `path`, which may be a file that points to one, and at those that it shares files with.
    fn repository(&mut self, path: &Path) {
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            let Ok(meta) = fs::metadata(&path) else { continue };
            if self.is_end(&path, meta.file_type()) {
                return;
            }
            if meta.is_file() {
                // `.git` of a worktree or a submodule.
                open.extend(pointed_at(&path, "gitdir:"));
                continue;
            }
            if !self.is_new(&path) {
                continue;
            }
            self.files_in(&path, false);
            for name in READ_FOLDERS {
                self.files_in(&path.join(name), true);
            }
            if self.waits.is_some() {
                return;
            }
            open.extend(pointed_at(&path.join("commondir"), ""));
            for objects in others(&path.join("objects/info/alternates")) {
                self.files_in(&objects, true);
            }
        }
    }

    /// Looks at the files in `folder`, with `deep` at those below it too.
    fn files_in(&mut self, folder: &Path, deep: bool) {
        let is_of_objects = |path: &Path| path.components().any(|part| part.as_os_str() == "objects");
        let mut open = vec![folder.to_owned()];
        while let Some(path) = open.pop() {
            if deep && !self.is_new(&path) {
                continue;
            }
            for entry in fs::read_dir(&path).into_iter().flatten().filter_map(Result::ok) {
                let Ok(kind) = entry.file_type() else { continue };
                let path = entry.path();
                // A link leads to a file or folder that is looked at like others, or to nothing.
                let meta = if kind.is_symlink() { fs::metadata(&path).ok() } else { entry.metadata().ok() };
                let Some(meta) = meta else { continue };
                if self.is_end(&path, meta.file_type()) {
                    return;
                }
                if meta.is_dir() && deep {
                    open.push(path);
                } else if meta.is_file() && is_of_objects(&path) {
                    self.object_bytes = self.object_bytes.saturating_add(meta.len());
                }
            }
        }
    }

    /// Notes the file at `path`; whether the look ends with it.
    fn is_end(&mut self, path: &Path, kind: FileType) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.waits.is_none() && waits(kind) {
            self.waits = Some(path.to_owned());
        }
        self.left == 0 || self.waits.is_some()
    }

    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| self.seen.insert(real))
    }
}

/// The path in the file at `path` after `prefix`, if there is one.
fn pointed_at(path: &Path, prefix: &str) -> Option<PathBuf> {
    let text = short_text(path)?;
    let target = text.strip_prefix(prefix)?.trim();
    Some(path.parent()?.join(target))
}

/// The folders of objects that the file of alternates at `path` names.
fn others(path: &Path) -> Vec<PathBuf> {
    let Some(objects) = path.parent().and_then(Path::parent) else { return Vec::new() };
    let text = short_text(path).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| objects.join(line)).collect()
}

fn short_text(path: &Path) -> Option<String> {
    if !path.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LONGEST_POINTER).read_to_string(&mut text).ok()?;
    Some(text)
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
