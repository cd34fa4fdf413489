//! A revision made of files that are in no repository: a repository for it is written into an empty folder.

use std::collections::BTreeMap;
use std::path::Path;

use gix::ObjectId;
use gix::objs::Tree;
use gix::objs::tree::{Entry, EntryKind};
use gix::refs::transaction::PreviousValue;

use crate::error::GitError;
use crate::loader::GitLoader;

/// What a folder holds, by name.
#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, &'a [u8]>,
    folders: BTreeMap<&'a str, Self>,
}

impl<'a> Folder<'a> {
    fn add(&mut self, path: &'a str, bytes: &'a [u8]) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder).or_default().add(rest, bytes),
            None => {
                self.files.insert(path, bytes);
            }
        }
    }

    /// Writes it into `repository`, with all below it.
    fn write(&self, repository: &gix::Repository) -> Result<ObjectId, gix::Error> {
        let entry = |kind: EntryKind, name: &str, oid| Entry { mode: kind.into(), filename: name.into(), oid };
        let mut entries = Vec::new();
        for (name, bytes) in &self.files {
            entries.push(entry(EntryKind::Blob, name, repository.write_blob(bytes)?.detach()));
        }
        for (name, folder) in &self.folders {
            entries.push(entry(EntryKind::Tree, name, folder.write(repository)?));
        }
        entries.sort();
        Ok(repository.write_object(Tree { entries })?.detach())
    }
}

impl GitLoader {
    /// A revision of the name `revision` that has these files, by path with `/`. It is kept in a repository that is written into `folder`, which must be
    /// empty and must stay as long as the revision is read.
    ///
    /// # Errors
    /// [`GitError::NotWritten`] where it can't be written, or `revision` is no name for a revision.
    pub fn of_files(
        folder: &Path,
        revision: &str,
        files: &BTreeMap<String, Vec<u8>>,
        max_file_size: u64,
    ) -> Result<Self, GitError> {
        let mut top = Folder::default();
        for (path, bytes) in files {
            top.add(path, bytes);
        }
        let written = gix::init_bare(folder).and_then(|repository| {
            let tree = top.write(&repository)?;
            repository.tag_reference(revision, tree, PreviousValue::Any).map(|_| ())
        });
        written.map_err(|error| GitError::NotWritten {
            folder: folder.display().to_string(),
            reason: error.to_string(),
        })?;
        Self::open(folder, revision, max_file_size)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use cmklint_source::Loader as _;

    use crate::GitLoader;

    #[test]
    fn files_in_no_repository_are_read_as_a_revision() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("a/b/main.tf", "one"), ("a-b", "two"), ("a/z.tf", "three"), ("top.tf", "four")];
        let files: BTreeMap<String, Vec<u8>> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let loader = GitLoader::of_files(folder.path(), "before", &files, 1 << 20).unwrap();
        assert_eq!(loader.revision(), "before");
        assert_eq!(loader.paths().collect::<Vec<_>>(), ["a-b", "a/b/main.tf", "a/z.tf", "top.tf"]);
        for (path, bytes) in &files {
            assert_eq!(loader.read(path).unwrap(), *bytes);
        }
        assert_eq!(loader.files_in("a"), ["z.tf"]);
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(GitLoader::of_files(empty.path(), "before", &BTreeMap::new(), 1).unwrap().paths().count(), 0);
    }
}
