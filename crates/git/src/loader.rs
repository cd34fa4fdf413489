use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use cmklint_source::{Diagnostic, LoadError, Loader, bytes_of_path, join, name_of_bytes, normalize, parent};
use gix::ObjectId;

use crate::error::GitError;
use crate::plain::Look;
use crate::tree::{Entry, EntryType, Listing};

/// The most links that are followed for a path.
const MAX_LINKS: usize = 16;
/// The longest target of a link, in bytes.
const MAX_LINK_LENGTH: u64 = 4096;
/// The beginning of a larger file than this is not looked at, since git has no way to read a part of one.
const MAX_HEAD_SIZE: u64 = 64 << 20;
/// The files of a repository that is read have as many times the bytes of its objects on the disk at most, and as many as one file may have: else a few kilobytes
/// become as much as anyone likes.
const MAX_INFLATION: u64 = 100;
/// An object that is packed as a change of another one is made from that: each step of such a chain costs about the object's size. All steps of a run may cost so many
/// bytes, and [as many times those of its objects](STEPS_FOR_BYTES).
const BYTES_OF_STEPS: u64 = 4 << 30;
const STEPS_FOR_BYTES: u64 = 1000;
/// What a step costs whatever the object's size: finding it.
const BYTES_OF_A_STEP: u64 = 1 << 10;
/// What a revision has in place of a file that Git LFS holds. <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
/// A pointer is smaller than this.
const MAX_POINTER_SIZE: usize = 1024;

/// The id of a file's content: two files with the same id have the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub(crate) ObjectId);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The repository, and handles of it for reuse: each caches what it has unpacked.
struct Store {
    shared: gix::ThreadSafeRepository,
    idle: Mutex<Vec<gix::Repository>>,
    /// The bytes of its objects on the disk.
    object_bytes: u64,
    /// The bytes that files may still have that are read.
    left: AtomicU64,
    /// What the steps of chains of changes may still cost.
    steps_left: AtomicU64,
}

impl Store {
    /// Pays for unpacking an object of `size` bytes, at the end of a chain of so many `deltas`; false where no more may be unpacked.
    fn pay(&self, size: u64, deltas: u32) -> bool {
        let cost = size.saturating_add(BYTES_OF_A_STEP).saturating_mul(u64::from(deltas));
        self.steps_left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    fn with<T>(&self, f: impl FnOnce(&gix::Repository) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let repository = idle.unwrap_or_else(|| self.shared.to_thread_local());
        let out = f(&repository);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(repository);
        out
    }
}

/// Reads the files of one revision of a git repository, or of a folder of it. It can be used by any number of threads.
pub struct GitLoader {
    store: Arc<Store>,
    revision: String,
    /// The tree of the whole revision.
    root: ObjectId,
    commit: ObjectId,
    shallow: bool,
    prefix: String,
    max_file_size: u64,
    listing: Listing,
}

impl fmt::Debug for GitLoader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitLoader")
            .field("revision", &self.revision)
            .field("commit", &self.commit)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl GitLoader {
    /// Opens `revision` (a branch, a tag, an id, `HEAD~2`, …: anything that `git rev-parse` accepts) of the repository that contains
    /// the folder `repository`, or is it (also a bare one). No file larger than `max_file_size` bytes is read.
    ///
    /// # Errors
    /// [`GitError`] where there is no repository or no such revision, or its tree can't be read.
    pub fn open(repository: &Path, revision: &str, max_file_size: u64) -> Result<Self, GitError> {
        Self::open_below(repository, revision, "", max_file_size)
    }

    /// As [`GitLoader::open`], with paths relative to the folder `prefix` of the repository; nothing outside of it is read.
    ///
    /// # Errors
    /// Also where the revision has no such folder.
    pub(crate) fn open_below(
        repository: &Path,
        revision: &str,
        prefix: &str,
        max_file_size: u64,
    ) -> Result<Self, GitError> {
        let Look { waits, is_too_large, object_bytes } = crate::plain::look(repository);
        if let Some(path) = waits {
            return Err(GitError::NotAFile { path: path.display().to_string() });
        }
        if is_too_large {
            let reason = "it has too many files: `git gc` packs its objects".to_owned();
            return Err(GitError::NotARepository { path: repository.display().to_string(), reason });
        }
        let isolated = || gix::open::Options::isolated();
        let options = gix::sec::trust::Mapping { full: isolated(), reduced: isolated() };
        let shared =
            gix::ThreadSafeRepository::discover_opts(repository, gix::discover::upwards::Options::default(), options)
                .map_err(|error| {
                let path = repository.display().to_string();
                match crate::plain::is_of_sha256(repository) {
                    true => GitError::OtherHash { path },
                    false => GitError::NotARepository { path, reason: error.to_string() },
                }
            })?;
        let handle = shared.to_thread_local();
        let shallow = handle.is_shallow().unwrap_or(false);
        let gone = || GitError::NoSuchRevision { revision: revision.to_owned(), shallow };
        let (root, commit) = match handle.rev_parse_single(revision) {
            Ok(object) => (tree_of(&handle, object, revision, shallow)?, object.detach()),
            // Before the first commit nothing is there.
            Err(_) if revision == "HEAD" && handle.head().is_ok_and(|head| head.is_unborn()) => {
                let nothing = ObjectId::empty_tree(handle.object_hash());
                (nothing, nothing)
            }
            Err(_) => return Err(gone()),
        };
        let left = max_file_size.saturating_add(object_bytes.saturating_mul(MAX_INFLATION));
        let steps = BYTES_OF_STEPS.saturating_add(object_bytes.saturating_mul(STEPS_FOR_BYTES));
        let (left, steps_left) = (AtomicU64::new(left), AtomicU64::new(steps));
        let store = Store { shared, idle: Mutex::new(vec![handle]), object_bytes, left, steps_left };
        Self::list(Arc::new(store), revision, root, commit, shallow, prefix, max_file_size)
    }

    /// The same revision, with paths relative to the folder `prefix` of the repository (not of the folder that this loader may be below already).
    ///
    /// # Errors
    /// [`GitError::NoSuchFolder`] where the revision has no such folder.
    pub fn below(&self, prefix: &str) -> Result<Self, GitError> {
        let Self { store, revision, root, commit, shallow, max_file_size, .. } = self;
        Self::list(Arc::clone(store), revision, *root, *commit, *shallow, prefix, *max_file_size)
    }

    fn list(
        store: Arc<Store>,
        revision: &str,
        root: ObjectId,
        commit: ObjectId,
        shallow: bool,
        prefix: &str,
        max_file_size: u64,
    ) -> Result<Self, GitError> {
        let gone = || GitError::NoSuchFolder { folder: prefix.to_owned(), revision: revision.to_owned() };
        let folder = normalize(prefix).ok_or_else(gone)?;
        let listing = store.with(|handle| {
            let mut at = root;
            for name in folder.split('/').filter(|s| !s.is_empty()) {
                let tree = handle.find_tree(at).map_err(|_| crate::tree::missing(at).of(revision, shallow))?;
                let entry = tree.find_entry(bytes_of_path(name)).filter(|e| e.mode().is_tree()).ok_or_else(gone)?;
                at = entry.object_id();
            }
            let pay = |size, deltas| store.pay(size, deltas);
            Listing::read(handle, at, store.object_bytes, &pay).map_err(|e| e.of(revision, shallow))
        })?;
        Ok(Self { store, revision: revision.to_owned(), root, commit, shallow, prefix: folder, max_file_size, listing })
    }

    /// The revision, as given.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The id of the object that the revision names, usually a commit, in hexadecimal.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// The folder of the repository that paths are relative to; empty for its root.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folder into which the repository is checked out; `None` for a bare one.
    #[must_use]
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.store.shared.work_dir().map(Path::to_owned)
    }

    /// Notes on what was left out of the listing: submodules, names that are not valid for files.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        &self.listing.notes
    }

    /// The paths of all files and links, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.listing.entries.keys().map(String::as_str)
    }

    /// The id of the content of the file at `path`, links followed; `None` where there is no such file.
    #[must_use]
    pub fn blob_id(&self, path: &str) -> Option<BlobId> {
        self.file(path).ok().map(|entry| BlobId(entry.id))
    }

    /// The id of a file with these bytes in this repository. Line ends are not converted (`core.autocrlf` is ignored).
    ///
    /// # Errors
    /// [`LoadError::Io`] where the bytes contain an attack on the hash function.
    pub fn hash(&self, bytes: &[u8]) -> Result<BlobId, LoadError> {
        gix::objs::compute_hash(self.commit.kind(), gix::objs::Kind::Blob, bytes)
            .map(BlobId)
            .map_err(|e| LoadError::Io(e.to_string()))
    }

    /// The entries by path, links not followed.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.listing.entries.iter().map(|(path, entry)| (path.as_str(), entry))
    }

    fn size_of(&self, entry: Entry) -> Result<u64, LoadError> {
        self.header_of(entry).map(|(size, _)| size)
    }

    /// The size of a file, and how many deltas it is made of.
    fn header_of(&self, entry: Entry) -> Result<(u64, u32), LoadError> {
        let header = self.store.with(|handle| handle.find_header(entry.id).map_err(|_| missing(entry)))?;
        let deltas = header.num_deltas().unwrap_or(0);
        if self.store.pay(0, deltas) { Ok((header.size(), deltas)) } else { Err(self.is_packed_too_deep()) }
    }

    fn is_packed_too_deep(&self) -> LoadError {
        let revision = &self.revision;
        LoadError::Io(format!(
            "the files of revision '{revision}' are packed as too long chains of changes: no more are read (`git gc` packs them anew)"
        ))
    }

    /// The file at `path`, links followed.
    fn file(&self, path: &str) -> Result<Entry, LoadError> {
        let path = self.resolve(path)?;
        self.listing.entries.get(&path).copied().filter(|e| e.kind == EntryType::File).ok_or(LoadError::NotFound)
    }

    /// `path` with links resolved.
    fn resolve(&self, path: &str) -> Result<String, LoadError> {
        let mut path = normalize(path).ok_or(LoadError::OutsideTree)?;
        for _ in 0..=MAX_LINKS {
            if self.listing.entries.get(&path).is_some_and(|e| e.kind == EntryType::File)
                || self.listing.folders.contains_key(&path)
            {
                return Ok(path);
            }
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            let link = ends.filter_map(|end| path.get(..end)).find_map(|front| {
                let entry = self.listing.entries.get(front)?;
                (entry.kind == EntryType::Link).then_some((front, *entry))
            });
            let Some((front, entry)) = link else { return Err(LoadError::NotFound) };
            let target = self.content(entry, MAX_LINK_LENGTH)?;
            let target = name_of_bytes(&target);
            let rest = path.get(front.len()..).unwrap_or("");
            path = join(parent(front), &format!("{target}{rest}")).ok_or(LoadError::OutsideTree)?;
        }
        Err(LoadError::Io(format!("more than {MAX_LINKS} links lead to the file")))
    }

    pub(crate) fn max_file_size(&self) -> u64 {
        self.max_file_size
    }

    /// The bytes of the file at `path`, links followed; for Git LFS, those of the pointer.
    pub(crate) fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, LoadError> {
        self.content(self.file(path)?, limit)
    }

    fn content(&self, entry: Entry, limit: u64) -> Result<Vec<u8>, LoadError> {
        let (size, deltas) = self.header_of(entry)?;
        if size > limit {
            return Err(LoadError::TooLarge { size, limit });
        }
        if !self.store.pay(size, deltas) {
            return Err(self.is_packed_too_deep());
        }
        if self.store.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(size)).is_err() {
            let words =
                format!("the files of revision '{}' are far larger than its objects: no more are read", self.revision);
            return Err(LoadError::Io(words));
        }
        self.store.with(|handle| {
            let mut object = handle.find_object(entry.id).map_err(|_| missing(entry))?;
            if object.kind == gix::objs::Kind::Blob {
                Ok(std::mem::take(&mut object.data))
            } else {
                Err(missing(entry))
            }
        })
    }
}

impl Loader for GitLoader {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let bytes = self.bytes(path, self.max_file_size)?;
        if bytes.len() < MAX_POINTER_SIZE && bytes.starts_with(LFS) {
            return Err(LoadError::Io(format!(
                "a Git LFS pointer is here in revision '{}', its content is not in the repository",
                self.revision
            )));
        }
        Ok(bytes)
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        let mut bytes = self.bytes(path, MAX_HEAD_SIZE)?;
        bytes.truncate(most);
        Ok(bytes)
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        self.size_of(self.file(path)?)
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        let Some(folder) = self.resolve(path).ok() else { return Vec::new() };
        let Some(names) = self.listing.folders.get(&folder) else { return Vec::new() };
        let is_file = |name: &&String| {
            let full = if folder.is_empty() { (*name).clone() } else { format!("{folder}/{name}") };
            self.file(&full).is_ok()
        };
        names.iter().filter(is_file).cloned().collect()
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        let Some(folder) = self.resolve(path).ok() else { return Vec::new() };
        let Some(names) = self.listing.folders.get(&folder) else { return Vec::new() };
        let is_folder = |name: &&String| {
            let full = if folder.is_empty() { (*name).clone() } else { format!("{folder}/{name}") };
            self.listing.folders.contains_key(&full)
        };
        names.iter().filter(is_folder).cloned().collect()
    }

    fn is_file(&self, path: &str) -> bool {
        self.file(path).is_ok()
    }
}

/// The tree of the whole revision that `object` is.
fn tree_of(handle: &gix::Repository, object: gix::Id<'_>, revision: &str, shallow: bool) -> Result<ObjectId, GitError> {
    let found = object.object().map_err(|_| GitError::NoSuchRevision { revision: revision.to_owned(), shallow })?;
    match found.peel_to_tree() {
        Ok(tree) => Ok(tree.id),
        Err(_) if handle.find_header(object).is_ok_and(|h| h.kind() == gix::objs::Kind::Blob) => {
            Err(GitError::NotATree { revision: revision.to_owned() })
        }
        Err(error) => {
            let reason = format!("{error} (a partial clone has only some objects)");
            Err(GitError::Unreadable { revision: revision.to_owned(), reason, shallow })
        }
    }
}

fn missing(entry: Entry) -> LoadError {
    LoadError::Io(format!("the git object {} is missing or broken (a partial clone has only some objects)", entry.id))
}
