//! The files and folders of a revision.

use std::collections::BTreeMap;

use cmklint_source::{Diagnostic, Severity, name_of_bytes};
use gix::ObjectId;
use gix::objs::tree::EntryKind;

use crate::error::GitError;

/// At most this many files are listed, and [one more for so many bytes of objects](BYTES_OF_A_FILE).
const FEW_FILES: u64 = 20_000;
/// A file of a repository takes so many bytes in the objects of its folders at least, as folders are not the same ones over and over: those of its id.
const BYTES_OF_A_FILE: u64 = 20;
/// The paths of all files have at most so many bytes together, and [so many for each file](BYTES_OF_A_PATH) that may be listed.
const BYTES_OF_PATHS: u64 = 16 << 20;
const BYTES_OF_A_PATH: u64 = 256;
/// A name of more bytes is none that a file can have: <https://man7.org/linux/man-pages/man3/pathconf.3.html>
const LONGEST_NAME: usize = 255;
/// Folders are entered to this depth.
const MAX_DEPTH: usize = 512;
/// A folder's own object may have this many bytes.
const MAX_TREE_SIZE: u64 = 64 << 20;
/// At most this many notes of one kind.
const MAX_NOTES: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryType {
    File,
    Link,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) id: ObjectId,
    pub(crate) kind: EntryType,
}

/// The files of a tree by path, and its folders with the names directly in them.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) entries: BTreeMap<String, Entry>,
    pub(crate) folders: BTreeMap<String, Vec<String>>,
    pub(crate) notes: Vec<Diagnostic>,
}

/// Why a tree could not be listed.
pub(crate) enum ListError {
    TooLarge(&'static str),
    Object(String),
}

impl ListError {
    pub(crate) fn of(self, revision: &str, shallow: bool) -> GitError {
        let revision = revision.to_owned();
        match self {
            Self::TooLarge(what) => GitError::TooLarge { revision, what },
            Self::Object(reason) => GitError::Unreadable { revision, reason, shallow },
        }
    }
}

impl Listing {
    /// Lists the tree `root` and all below it, of a repository whose objects have `object_bytes` on the disk: one tree that is in another many times over makes as many
    /// files of a few bytes as anyone likes. `pay` is asked before an object of a size and a chain of deltas is unpacked: false where that would cost too much.
    pub(crate) fn read(
        repository: &gix::Repository,
        root: ObjectId,
        object_bytes: u64,
        pay: &dyn Fn(u64, u32) -> bool,
    ) -> Result<Self, ListError> {
        let mut left = FEW_FILES.saturating_add(object_bytes / BYTES_OF_A_FILE);
        let mut path_bytes = BYTES_OF_PATHS.saturating_add(left.saturating_mul(BYTES_OF_A_PATH));
        let mut listing = Self::default();
        let mut unnamed = 0_usize;
        let mut submodules = 0_usize;
        let mut open = vec![(String::new(), root, 0_usize)];
        while let Some((folder, id, depth)) = open.pop() {
            if depth > MAX_DEPTH {
                return Err(ListError::TooLarge("its folders are nested too deep"));
            }
            let header = repository.find_header(id).map_err(|_| missing(id))?;
            if header.size() > MAX_TREE_SIZE {
                return Err(ListError::TooLarge("a folder has too many entries"));
            }
            if !pay(header.size(), header.num_deltas().unwrap_or(0)) {
                return Err(ListError::TooLarge("its folders are packed as too long chains of changes"));
            }
            let tree = repository.find_tree(id).map_err(|_| missing(id))?;
            let mut names = Vec::new();
            for entry in gix::objs::TreeRefIter::from_bytes(&tree.data, id.kind()) {
                let entry = entry.map_err(|_| ListError::Object(format!("the tree {id} is broken")))?;
                left = left
                    .checked_sub(1)
                    .ok_or(ListError::TooLarge("it has too many files for the size of its objects"))?;
                let name = name_of_bytes(entry.filename);
                if !is_name(&name) {
                    unnamed += 1;
                    continue;
                }
                path_bytes = path_bytes
                    .checked_sub((folder.len() + name.len()) as u64)
                    .ok_or(ListError::TooLarge("the paths of its files are too long"))?;
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                let kind = match entry.mode.kind() {
                    EntryKind::Tree => {
                        open.push((path, entry.oid.to_owned(), depth + 1));
                        continue;
                    }
                    EntryKind::Commit => {
                        submodules += 1;
                        if submodules <= MAX_NOTES {
                            listing.notes.push(
                                note("submodule", "a submodule: its files are not part of the revision").about(path),
                            );
                        }
                        continue;
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => EntryType::File,
                    EntryKind::Link => EntryType::Link,
                };
                names.push(name);
                listing.entries.insert(path, Entry { id: entry.oid.to_owned(), kind });
            }
            names.sort();
            listing.folders.insert(folder, names);
        }
        listing.notes.sort_by(|a, b| a.path.cmp(&b.path));
        if submodules > MAX_NOTES {
            listing.notes.push(note("submodule", format!("{} further submodules", submodules - MAX_NOTES)));
        }
        if unnamed > 0 {
            listing
                .notes
                .push(note("no-name", format!("{unnamed} entries of the revision have a name that no file can have")));
        }
        Ok(listing)
    }
}

/// Whether `name` is one segment of a path.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME && name != "." && name != ".." && !name.contains('/')
}

fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Note, code, message)
}

pub(crate) fn missing(id: ObjectId) -> ListError {
    ListError::Object(format!("the object {id} is missing or broken (a partial clone has only some objects)"))
}
