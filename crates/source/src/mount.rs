use crate::{DiskLoader, LoadError, Loader, normalize};

/// A loader with the files of another folder of the disk under a folder of its own.
///
/// Files outside of the analyzed tree are read this way, where the creator of the loader allows it, and named like files of the tree.
#[derive(Debug)]
pub struct Mounted<L> {
    below: L,
    at: String,
    other: Option<DiskLoader>,
}

impl<L: Loader> Mounted<L> {
    /// `below`, with the files of `other`, if there is one, under the folder `at` (normalized). What `below` has there is hidden by it.
    #[must_use]
    pub fn new(below: L, at: impl Into<String>, other: Option<DiskLoader>) -> Self {
        Self { below, at: at.into(), other }
    }

    /// The other loader and the path in it, where `path` lies under it.
    fn other(&self, path: &str) -> Option<(&DiskLoader, String)> {
        let other = self.other.as_ref()?;
        let path = normalize(path)?;
        let inside = path.strip_prefix(self.at.as_str())?;
        if inside.is_empty() {
            return Some((other, String::new()));
        }
        Some((other, inside.strip_prefix('/')?.to_owned()))
    }
}

impl<L: Loader> Loader for Mounted<L> {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        match self.other(path) {
            Some((other, inside)) => other.read(&inside),
            None => self.below.read(path),
        }
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        match self.other(path) {
            Some((other, inside)) => other.head(&inside, most),
            None => self.below.head(path, most),
        }
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        match self.other(path) {
            Some((other, inside)) => other.size(&inside),
            None => self.below.size(path),
        }
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        match self.other(path) {
            Some((other, inside)) => other.files_in(&inside),
            None => self.below.files_in(path),
        }
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        match self.other(path) {
            Some((other, inside)) => other.folders_in(&inside),
            None => self.below.folders_in(path),
        }
    }

    fn is_file(&self, path: &str) -> bool {
        match self.other(path) {
            Some((other, inside)) => other.is_file(&inside),
            None => self.below.is_file(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryLoader;

    #[test]
    fn files_of_the_other_folder_are_under_its_name_and_nothing_else_is() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let other = DiskLoader::new(here, 1 << 20).unwrap();
        let loader = Mounted::new(
            MemoryLoader::new([("a", "tree"), ("~/x/lib.rs", "hidden"), ("~/xy", "tree")]),
            "~/x",
            Some(other),
        );
        assert_eq!(loader.read("a").unwrap(), b"tree");
        assert_eq!(loader.read("~/xy").unwrap(), b"tree");
        assert!(loader.is_file("~/x/mount.rs") && !loader.is_file("mount.rs"));
        assert!(loader.read("~/x/lib.rs").unwrap().starts_with(b"//!"));
        assert!(loader.files_in("~/x").contains(&"mount.rs".to_owned()));
        assert_eq!(loader.read("~/x/../x/gone"), Err(LoadError::NotFound));
        assert_eq!(loader.read("~/x/../../../etc/passwd"), Err(LoadError::OutsideTree));
        assert_eq!(loader.read("~/x/../a"), Err(LoadError::NotFound), "a path of the tree again");
        let without = Mounted::new(MemoryLoader::new([("~/x/lib.rs", "seen")]), "~/x", None);
        assert_eq!(without.read("~/x/lib.rs").unwrap(), b"seen");
    }
}
