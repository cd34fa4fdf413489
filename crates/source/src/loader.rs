use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

/// Why a file could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// No file is there.
    #[error("no such file")]
    NotFound,
    /// The path leads out of the analyzed tree, by itself or through a link.
    #[error("the path leads out of the analyzed tree")]
    OutsideTree,
    /// A pipe, a device or a socket is there, which is not read.
    #[error("not a plain file")]
    NotAFile,
    /// The file is larger than the limit, in bytes.
    #[error("the file has {size} bytes, more than the limit of {limit} (--max-file-size)")]
    TooLarge {
        /// The file's size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file is not UTF-8; the offset of the first byte that is not.
    #[error("the file is not UTF-8 (first bad byte at offset {0})")]
    NotUtf8(usize),
    /// The file begins with UTF-16's byte order mark and is not UTF-16; the offset of the first byte that is not.
    #[error("the file is not UTF-16, which its byte order mark says it is (first bad byte at offset {0})")]
    NotUtf16(usize),
    /// The operating system refused.
    #[error("{0}")]
    Io(String),
}

/// Where files come from: a disk, memory, a revision of a repository. Paths as in [`normalize`](crate::normalize).
pub trait Loader: Send + Sync {
    /// The bytes of the file at `path`.
    ///
    /// # Errors
    /// [`LoadError`] where it isn't there, can't be read, is too large or lies outside.
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError>;

    /// The first bytes of the file at `path`, at most `most` of them, whatever the file's size.
    ///
    /// # Errors
    /// [`LoadError`] where it isn't there, can't be read or lies outside.
    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        let mut bytes = self.read(path)?;
        bytes.truncate(most);
        Ok(bytes)
    }

    /// The size in bytes of the file at `path`, whatever the limit; without reading it where the loader can.
    ///
    /// # Errors
    /// [`LoadError`] where it isn't there, can't be looked at or lies outside.
    fn size(&self, path: &str) -> Result<u64, LoadError> {
        match self.read(path) {
            Ok(bytes) => Ok(bytes.len() as u64),
            Err(LoadError::TooLarge { size, .. }) => Ok(size),
            Err(error) => Err(error),
        }
    }

    /// The names (not paths) of the files directly in the folder at `path`, sorted; empty where there is no such folder.
    fn files_in(&self, path: &str) -> Vec<String>;

    /// The names (not paths) of the folders directly in the folder at `path`, sorted; empty where there is no such folder.
    fn folders_in(&self, path: &str) -> Vec<String>;

    /// Whether a file is at `path`.
    fn is_file(&self, path: &str) -> bool;
}

impl<L: Loader + ?Sized> Loader for std::sync::Arc<L> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        (**self).read(path)
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        (**self).head(path, most)
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        (**self).size(path)
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        (**self).files_in(path)
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        (**self).folders_in(path)
    }

    fn is_file(&self, path: &str) -> bool {
        (**self).is_file(path)
    }
}

/// Reads below one folder of the disk, and never outside it: links that leave it are refused.
#[derive(Debug)]
pub struct DiskLoader {
    root: PathBuf,
    max_file_size: u64,
    /// The folders that files were asked for in, each resolved once, by path.
    folders: RwLock<HashMap<String, PathBuf>>,
}

impl DiskLoader {
    /// A loader of the files below `root`, none larger than `max_file_size` bytes.
    ///
    /// # Errors
    /// [`LoadError::NotFound`] or [`LoadError::Io`] where `root` cannot be resolved.
    pub fn new(root: impl Into<PathBuf>, max_file_size: u64) -> Result<Self, LoadError> {
        let root = root.into().canonicalize().map_err(|e| io(&e))?;
        Ok(Self { root, max_file_size, folders: RwLock::default() })
    }

    /// The root, canonical.
    #[must_use]
    pub fn root(&self) -> &std::path::Path {
        &self.root
    }

    fn resolve(&self, path: &str) -> Result<PathBuf, LoadError> {
        let path = crate::normalize(path).ok_or(LoadError::OutsideTree)?;
        if path.is_empty() {
            return Ok(self.root.clone());
        }
        let full = self.folder(crate::parent(&path))?.join(crate::path_of_disk(crate::file_name(&path)));
        let is_link = full.symlink_metadata().map_err(|e| io(&e))?.is_symlink();
        if is_link { self.canonical(&full) } else { Ok(full) }
    }

    /// The folder at `path`, normalized, without links. Only folders that are there are kept: others may be made later.
    fn folder(&self, path: &str) -> Result<PathBuf, LoadError> {
        if let Some(folder) = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(folder.clone());
        }
        let folder = self.canonical(&self.root.join(crate::path_of_disk(path)))?;
        self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), folder.clone());
        Ok(folder)
    }

    fn canonical(&self, full: &std::path::Path) -> Result<PathBuf, LoadError> {
        let full = full.canonicalize().map_err(|e| io(&e))?;
        if full.starts_with(&self.root) { Ok(full) } else { Err(LoadError::OutsideTree) }
    }

    /// The plain file at `path`, and its size. What opening a pipe or reading a device would do is not tried.
    fn plain(&self, path: &str) -> Result<(PathBuf, u64), LoadError> {
        let full = self.resolve(path)?;
        let meta = full.metadata().map_err(|e| io(&e))?;
        if meta.is_file() {
            Ok((full, meta.len()))
        } else if meta.is_dir() {
            Err(LoadError::NotFound)
        } else {
            Err(LoadError::NotAFile)
        }
    }
}

impl DiskLoader {
    /// The names of the entries of the folder at `path` that are `such`, sorted.
    fn names_in(&self, path: &str, such: impl Fn(&std::fs::DirEntry) -> bool) -> Vec<String> {
        let Ok(entries) = self.resolve(path).and_then(|p| std::fs::read_dir(p).map_err(|e| io(&e))) else {
            return Vec::new();
        };
        let entries = entries.filter_map(Result::ok).filter(such);
        let mut names: Vec<String> = entries.filter_map(|e| crate::name_of_disk(&e.file_name())).collect();
        names.sort();
        names
    }
}

impl Loader for DiskLoader {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let (full, size) = self.plain(path)?;
        let limit = self.max_file_size;
        if size > limit {
            return Err(LoadError::TooLarge { size, limit });
        }
        // It may grow in the meantime, and files of some file systems (`/proc`) claim to have no bytes.
        let file = std::fs::File::open(full).map_err(|e| io(&e))?;
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| io(&e))?;
        let size = bytes.len() as u64;
        if size > limit { Err(LoadError::TooLarge { size, limit }) } else { Ok(bytes) }
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        let file = std::fs::File::open(self.plain(path)?.0).map_err(|e| io(&e))?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes).map_err(|e| io(&e))?;
        Ok(bytes)
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        self.plain(path).map(|(_, size)| size)
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        self.names_in(path, |entry| entry.path().is_file())
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        // A link to a folder may lead in a circle.
        self.names_in(path, |entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
    }

    fn is_file(&self, path: &str) -> bool {
        self.resolve(path).is_ok_and(|p| p.is_file())
    }
}

fn io(error: &std::io::Error) -> LoadError {
    match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::NotFound,
        _ => LoadError::Io(error.to_string()),
    }
}

/// Files held in memory, for tests and for unsaved editor buffers.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryLoader {
    /// A loader of the given (path, text) pairs.
    #[must_use]
    pub fn new<P: Into<String>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        Self { files: files.into_iter().map(|(p, t)| (p.into(), t.into())).collect() }
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl Loader for MemoryLoader {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let path = crate::normalize(path).ok_or(LoadError::OutsideTree)?;
        self.files.get(&path).cloned().ok_or(LoadError::NotFound)
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        self.files.keys().filter(|p| crate::parent(p) == path).map(|p| crate::file_name(p).to_owned()).collect()
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        let below = |file: &String| {
            let rest = match path {
                "" => file.as_str(),
                path => file.strip_prefix(path)?.strip_prefix('/')?,
            };
            rest.split_once('/').map(|(folder, _)| folder.to_owned())
        };
        self.files.keys().filter_map(below).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_within_the_tree_only_be_it_a_folder_or_a_file() {
        let tree = tempfile::TempDir::new().unwrap();
        let at = |path: &str| tree.path().join(path);
        for folder in ["tree/real", "outside"] {
            std::fs::create_dir_all(at(folder)).unwrap();
            std::fs::write(at(folder).join("a.tf"), folder).unwrap();
        }
        for (target, link) in
            [("real", "inside"), ("../outside", "out"), ("real/a.tf", "b.tf"), ("../outside/a.tf", "c.tf")]
        {
            std::os::unix::fs::symlink(target, at("tree").join(link)).unwrap();
        }
        let loader = DiskLoader::new(at("tree"), u64::MAX).unwrap();
        for path in ["real/a.tf", "inside/a.tf", "b.tf", "real/a.tf"] {
            assert_eq!(loader.read(path).as_deref(), Ok(&b"tree/real"[..]), "{path}");
        }
        for path in ["out/a.tf", "c.tf", "out/a.tf"] {
            assert_eq!(loader.read(path), Err(LoadError::OutsideTree), "{path}");
        }
        assert_eq!(loader.read("later/a.tf"), Err(LoadError::NotFound));
        std::fs::create_dir(at("tree/later")).unwrap();
        std::fs::write(at("tree/later/a.tf"), "x").unwrap();
        assert_eq!(loader.read("later/a.tf").as_deref(), Ok(&b"x"[..]));
        // A file is no folder.
        assert!(loader.read("b.tf/a.tf").is_err());
    }

    #[test]
    fn a_device_is_no_file_and_is_not_opened() {
        let loader = DiskLoader::new("/dev", u64::MAX).unwrap();
        assert_eq!(loader.read("zero"), Err(LoadError::NotAFile));
        assert_eq!(loader.head("zero", 10), Err(LoadError::NotAFile));
        assert_eq!(loader.size("zero"), Err(LoadError::NotAFile));
        // Only this device: the folder's links to the standard streams may lead to regular files.
        assert!(!loader.is_file("zero") && !loader.files_in("").contains(&"zero".to_owned()));
    }
}
