use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock, RwLock};

use crate::decode::decode;
use crate::reads::{self, Read, Reads};
use crate::{FileId, LineIndex, LoadError, Loader, SourceFile};

#[derive(Default)]
struct Table {
    by_path: HashMap<String, Result<FileId, LoadError>>,
    files: HashMap<FileId, Arc<SourceFile>>,
    embedded: HashSet<String>,
}

/// All files of a run, loaded once each, from any thread.
pub struct Sources {
    loader: Box<dyn Loader>,
    table: RwLock<Table>,
    older: Option<Older>,
    /// What was made of files, by the file and what it is.
    made: RwLock<HashMap<(FileId, TypeId), Arc<dyn Any + Send + Sync>>>,
    /// The files as they were when the tree was looked at before, with which of them may be others now.
    before: RwLock<Option<EarlierSources>>,
    names: RwLock<HashMap<String, Vec<String>>>,
    folders: RwLock<HashMap<String, Vec<String>>>,
    are_files: RwLock<HashMap<String, bool>>,
    are_folders: RwLock<HashMap<String, bool>>,
}

/// The files of an earlier look at the same tree.
struct EarlierSources {
    sources: Arc<Sources>,
    /// Whether nothing but `changed` can be another than it was.
    is_kept: bool,
    /// The paths that may have another text, or be there or not.
    changed: HashSet<String>,
}

/// What makes files those of an older state of a tree.
struct Older {
    revision: Arc<str>,
    now: Arc<Sources>,
    unchanged: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

impl Sources {
    /// Files that come from `loader`.
    #[must_use]
    pub fn new(loader: impl Loader + 'static) -> Self {
        Self {
            loader: Box::new(loader),
            table: RwLock::default(),
            older: None,
            before: RwLock::default(),
            names: RwLock::default(),
            folders: RwLock::default(),
            are_files: RwLock::default(),
            are_folders: RwLock::default(),
            made: RwLock::default(),
        }
    }

    /// Files that come from `loader`, of the tree whose files were `before`: a file with the same text is the very same [`SourceFile`]. Where `is_kept` says that nothing but the files at the
    /// paths `changed` can be another than it was, the loader is asked for these only. [`Sources::settle`] ends this.
    #[must_use]
    pub fn after(loader: impl Loader + 'static, before: Arc<Self>, is_kept: bool, changed: HashSet<String>) -> Self {
        let before = RwLock::new(Some(EarlierSources { sources: before, is_kept, changed }));
        Self { before, ..Self::new(loader) }
    }

    /// Lets go of the files of the earlier look.
    pub fn settle(&self) {
        *self.before.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    /// What the earlier look found at `path`, where that can't be another now.
    fn kept(&self, path: &str) -> Option<Result<Arc<SourceFile>, LoadError>> {
        let before = self.before.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        // What the analyzer carries along is the same always.
        let holds =
            |before: &&EarlierSources| before.is_kept && !before.changed.contains(path) || path.starts_with('<');
        let before = before.as_ref().filter(holds)?;
        let table = before.sources.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        match table.by_path.get(path)? {
            Ok(id) => table.files.get(id).cloned().map(Ok),
            Err(error) => Some(Err(error.clone())),
        }
    }

    /// The earlier look's file at `path`, where its text is `text`.
    fn same(&self, path: &str, text: &str) -> Option<Arc<SourceFile>> {
        let before = self.before.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        before.as_ref()?.sources.loaded_quietly(path).filter(|file| file.text() == text)
    }

    /// Whether the earlier look's answers on folders hold: none of `changed` is in the folder at `path`, where there is one.
    fn folders_before(&self, is_touched: impl Fn(&HashSet<String>) -> bool) -> Option<Arc<Self>> {
        let before = self.before.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = before.as_ref().filter(|before| before.is_kept && !is_touched(&before.changed))?;
        Some(Arc::clone(&before.sources))
    }

    /// The files of `revision`, an older state of the tree whose files are `now`. A file for which `unchanged` (asked once for each path) is true is the
    /// same file as in `now`; the others have ids that no file of `now` has, so spans of both may be used together ([`Sources::adopt`]).
    #[must_use]
    pub fn of_revision(
        loader: impl Loader + 'static,
        revision: &str,
        now: Arc<Self>,
        unchanged: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        let older = Older { revision: revision.into(), now, unchanged: Box::new(unchanged) };
        Self { older: Some(older), ..Self::new(loader) }
    }

    /// What `make` makes of the file `id`, once for all who ask: it must not depend on who does.
    pub fn made_of<T: Any + Send + Sync>(&self, id: FileId, make: impl FnOnce() -> T) -> Arc<T> {
        let key = (id, TypeId::of::<T>());
        let known = self.made.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&key).cloned();
        if let Some(made) = known.and_then(|made| made.downcast::<T>().ok()) {
            return made;
        }
        let made = Arc::new(make());
        let mut all = self.made.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.insert(key, Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
        made
    }

    /// Whether all that `reads` tells is the same here; it is asked for: the very files, where they were kept.
    #[must_use]
    pub fn still_has(&self, reads: &Reads) -> bool {
        let is_same = |(path, read): &(Arc<str>, Read)| match read {
            Read::File(known) => match (known, self.load(path).ok()) {
                (Some(known), Some(now)) => Arc::ptr_eq(known, &now),
                (None, None) => true,
                _ => false,
            },
            Read::Names(known) => *known == self.files_in(path),
            Read::IsFile(known) => *known == self.is_file(path),
            Read::IsFolder(known) => *known == self.is_folder(path),
            Read::Head(most, known) => *known == reads::hash(self.head(path, *most).ok().as_deref()),
        };
        reads.all().is_some_and(|all| all.iter().all(is_same))
    }

    /// Takes over the files of an older state, so that their spans can be shown: by id only, they hide no path.
    pub fn adopt(&self, older: &Self) {
        let theirs = older.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (id, file) in &theirs.files {
            table.files.entry(*id).or_insert_with(|| Arc::clone(file));
        }
    }

    /// The paths that the loader was asked for so far, also those that could not be loaded, sorted.
    #[must_use]
    pub fn asked_for(&self) -> Vec<String> {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let paths = table.by_path.keys().filter(|path| !table.embedded.contains(*path));
        let mut paths: Vec<String> = paths.cloned().collect();
        paths.sort_unstable();
        paths
    }

    /// The paths of files and folders that were looked for so far, whether or not they are there: those of [`asked_for`](Self::asked_for), the folders whose files were listed, and the
    /// files and folders whose existence was asked for. Sorted.
    #[must_use]
    pub fn looked_for(&self) -> Vec<String> {
        let mut paths = self.asked_for();
        let names = self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths.extend(names.keys().cloned());
        let are_files = self.are_files.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths.extend(are_files.keys().cloned());
        let are_folders = self.are_folders.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths.extend(are_folders.keys().cloned());
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The file of `now` at `path`, where it is the same in both states.
    fn unchanged(&self, path: &str) -> Option<Result<Arc<SourceFile>, LoadError>> {
        let older = self.older.as_ref()?;
        (older.unchanged)(path).then(|| older.now.load(path))
    }

    /// The file at `path`, loaded if it has not been yet.
    ///
    /// # Errors
    /// [`LoadError`] where it cannot be loaded; the same error each time.
    pub fn load(&self, path: &str) -> Result<Arc<SourceFile>, LoadError> {
        let path = crate::normalize(path).ok_or(LoadError::OutsideTree)?;
        let found = self.load_normal(&path);
        reads::file(&path, found.as_ref().ok());
        found
    }

    fn load_normal(&self, path: &str) -> Result<Arc<SourceFile>, LoadError> {
        {
            let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            match table.by_path.get(path) {
                Some(Ok(id)) => return table.files.get(id).cloned().ok_or(LoadError::NotFound),
                Some(Err(error)) => return Err(error.clone()),
                None => {}
            }
        }
        if let Some(found) = self.unchanged(path).or_else(|| self.kept(path)) {
            let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            // Ids are told by paths; where two paths come to one id, the later one is read anew.
            let is_taken =
                |file: &Arc<SourceFile>| table.files.get(&file.id()).is_some_and(|other| !Arc::ptr_eq(other, file));
            if found.as_ref().is_ok_and(is_taken) {
                drop(table);
                return self.read(path);
            }
            if let Ok(file) = &found {
                table.files.insert(file.id(), Arc::clone(file));
            }
            table.by_path.insert(path.to_owned(), found.as_ref().map(|f| f.id()).map_err(Clone::clone));
            return found;
        }
        self.read(path)
    }

    /// Asks the loader for the file at `path`.
    fn read(&self, path: &str) -> Result<Arc<SourceFile>, LoadError> {
        let text = self.loader.read(path).and_then(|bytes| decode(path, bytes));
        let same = text.as_ref().ok().and_then(|text| self.same(path, text));
        let revision = self.older.as_ref().map(|o| Arc::clone(&o.revision));
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(Ok(id)) = table.by_path.get(path) {
            return table.files.get(id).cloned().ok_or(LoadError::NotFound);
        }
        if let Some(file) = same.filter(|file| !table.files.contains_key(&file.id())) {
            table.files.insert(file.id(), Arc::clone(&file));
            table.by_path.insert(path.to_owned(), Ok(file.id()));
            return Ok(file);
        }
        match text {
            Ok(text) => {
                let path = path.to_owned();
                let mut id = FileId::of(&path, revision.is_some());
                while table.files.contains_key(&id) {
                    id = id.next();
                }
                let file = Arc::new(SourceFile::new(id, path.clone(), revision, text, OnceLock::new()));
                table.files.insert(id, Arc::clone(&file));
                table.by_path.insert(path, Ok(id));
                Ok(file)
            }
            Err(error) => {
                table.by_path.insert(path.to_owned(), Err(error.clone()));
                Err(error)
            }
        }
    }

    /// Adds a text that comes from no loader, such as a list of what was read elsewhere, to be shown as `path` (which need not be in the tree, and
    /// hides no file that is). Each call adds a file of its own.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> Arc<SourceFile> {
        self.add_file(path.into(), text.into(), OnceLock::new())
    }

    /// As [`Sources::add`], of some lines of a file that is too large to be held, each with its number there (ascending). A line must hold no newline.
    pub fn add_lines<'l>(
        &self,
        path: impl Into<String>,
        lines: impl IntoIterator<Item = (u32, &'l str)>,
    ) -> Arc<SourceFile> {
        let (mut text, mut numbers) = (String::new(), Vec::new());
        for (number, line) in lines {
            if !numbers.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
            numbers.push(number);
        }
        let index = LineIndex::new(&text).numbered(&numbers);
        self.add_file(path.into(), text, OnceLock::from(index))
    }

    fn add_file(&self, path: String, text: String, lines: OnceLock<LineIndex>) -> Arc<SourceFile> {
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut id = FileId::of_added(table.files.len());
        while table.files.contains_key(&id) {
            id = id.next();
        }
        let file = Arc::new(SourceFile::new(id, path, None, text, lines));
        table.files.insert(id, Arc::clone(&file));
        file
    }

    /// Adds a text that is part of the analyzer, under a `path` that is not a file's. Each call with that path returns the same file.
    pub fn embed(&self, path: &str, text: &str) -> Arc<SourceFile> {
        let same = self.same(path, text);
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(Ok(id)) = table.by_path.get(path)
            && let Some(file) = table.files.get(id)
        {
            return Arc::clone(file);
        }
        if let Some(file) = same.filter(|file| !table.files.contains_key(&file.id())) {
            table.files.insert(file.id(), Arc::clone(&file));
            table.embedded.insert(path.to_owned());
            table.by_path.insert(path.to_owned(), Ok(file.id()));
            return file;
        }
        let mut id = FileId::of(path, self.older.is_some());
        while table.files.contains_key(&id) {
            id = id.next();
        }
        let (path, text, lines) = (path.to_owned(), text.to_owned(), OnceLock::new());
        let file = Arc::new(SourceFile::new(id, path.clone(), None, text, lines));
        table.files.insert(id, Arc::clone(&file));
        table.embedded.insert(path.clone());
        table.by_path.insert(path, Ok(id));
        file
    }

    /// The first bytes of the file at `path` as they are, at most `most` of them, whatever the file's size.
    ///
    /// # Errors
    /// As [`Loader::head`].
    pub fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        let found = self.loader.head(path, most);
        reads::head(path, most, found.as_deref().ok());
        found
    }

    /// The loaded file with that id.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<Arc<SourceFile>> {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.files.get(&id).cloned()
    }

    /// The loaded file with that path, without loading it.
    #[must_use]
    pub fn loaded(&self, path: &str) -> Option<Arc<SourceFile>> {
        let found = self.loaded_quietly(path);
        if let Some(file) = &found {
            reads::file(path, Some(file));
        }
        found
    }

    fn loaded_quietly(&self, path: &str) -> Option<Arc<SourceFile>> {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = table.by_path.get(path)?.as_ref().ok()?;
        table.files.get(id).cloned()
    }

    /// The names of the files directly in the folder at `path`, sorted.
    #[must_use]
    pub fn files_in(&self, path: &str) -> Vec<String> {
        let names = self.known_names(path).unwrap_or_else(|| {
            let is_touched = |changed: &HashSet<String>| changed.iter().any(|file| crate::parent(file) == path);
            let names = match self.folders_before(is_touched) {
                Some(before) => before.known_names(path),
                None => None,
            };
            let names = names.unwrap_or_else(|| self.loader.files_in(path));
            let mut all = self.names.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.insert(path.to_owned(), names.clone());
            names
        });
        reads::names(path, &names);
        names
    }

    /// The names of the folders directly in the folder at `path`, sorted. What is made of them is not kept for a later look at the tree.
    #[must_use]
    pub fn folders_in(&self, path: &str) -> Vec<String> {
        reads::rests_on_more();
        self.with_folders(path, <[String]>::to_vec)
    }

    /// What `look` makes of the sorted names of the folders directly in the folder at `path`.
    fn with_folders<T>(&self, path: &str, look: impl Fn(&[String]) -> T) -> T {
        let known = self.folders.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(names) = known.get(path) {
            return look(names);
        }
        drop(known);
        let names = self.loader.folders_in(path);
        let found = look(&names);
        self.folders.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(path.to_owned(), names);
        found
    }

    /// Whether a folder is at `path`, which is no link; a folder in one that isn't there costs no look at the disk.
    #[must_use]
    pub fn is_folder(&self, path: &str) -> bool {
        let is_folder = self.is_known_folder(path);
        reads::is_folder(path, is_folder);
        is_folder
    }

    fn is_known_folder(&self, path: &str) -> bool {
        let known = self.are_folders.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(path).copied();
        known.unwrap_or_else(|| {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let holds = |names: &[String]| names.binary_search_by(|folder| folder.as_str().cmp(name)).is_ok();
            let is_folder =
                path.is_empty() || (above.is_empty() || self.is_known_folder(above)) && self.with_folders(above, holds);
            let mut all = self.are_folders.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.insert(path.to_owned(), is_folder);
            is_folder
        })
    }

    fn known_names(&self, path: &str) -> Option<Vec<String>> {
        self.names.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(path).cloned()
    }

    /// Whether a file is at `path`.
    #[must_use]
    pub fn is_file(&self, path: &str) -> bool {
        let is_file = self.known_file(path).unwrap_or_else(|| {
            let is_file = match self.folders_before(|changed| changed.contains(path)) {
                Some(before) => before.known_file(path),
                None => None,
            };
            let is_file = is_file.unwrap_or_else(|| self.loader.is_file(path));
            let mut all = self.are_files.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.insert(path.to_owned(), is_file);
            is_file
        });
        reads::is_file(path, is_file);
        is_file
    }

    fn known_file(&self, path: &str) -> Option<bool> {
        self.are_files.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(path).copied()
    }

    /// The path of the file with that id; empty for an id of another `Sources`.
    #[must_use]
    pub fn path(&self, id: FileId) -> String {
        self.get(id).map_or_else(String::new, |f| f.path().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryLoader;

    #[test]
    fn a_file_is_loaded_once_and_keeps_its_id() {
        let sources = Sources::new(MemoryLoader::new([("a/b.tf", "x = 1\n")]));
        let first = sources.load("a/b.tf").unwrap();
        let again = sources.load("a/./b.tf").unwrap();
        assert_eq!(first.id(), again.id());
        assert_eq!(sources.path(first.id()), "a/b.tf");
    }

    #[test]
    fn an_added_text_has_an_id_of_its_own_and_hides_no_file() {
        let sources = Sources::new(MemoryLoader::new([("a", "of the tree")]));
        let added = sources.add("a", "from elsewhere");
        let loaded = sources.load("a").unwrap();
        assert_ne!(added.id(), loaded.id());
        assert_eq!(loaded.text(), "of the tree");
        assert_eq!(sources.get(added.id()).unwrap().text(), "from elsewhere");
        assert_eq!(sources.path(added.id()), "a");
    }

    #[test]
    fn an_embedded_text_is_one_file_that_loads_by_its_path() {
        let sources = Sources::new(MemoryLoader::new([("a", "of the tree")]));
        let first = sources.embed("<cmklint>/a", "carried along");
        assert_eq!(sources.embed("<cmklint>/a", "other").id(), first.id());
        assert_eq!(sources.load("<cmklint>/a").unwrap().text(), "carried along");
        assert_eq!(sources.load("a").unwrap().text(), "of the tree");
    }

    #[test]
    fn files_of_a_revision_stand_beside_those_of_now_and_unchanged_ones_are_the_same_file() {
        let now = Arc::new(Sources::new(MemoryLoader::new([("a", "new"), ("b", "same")])));
        let base = MemoryLoader::new([("a", "old"), ("b", "same"), ("c", "gone")]);
        let before = Sources::of_revision(base, "main", Arc::clone(&now), |path| path == "b");
        assert_eq!(before.load("b").unwrap().id(), now.load("b").unwrap().id());
        assert_eq!(before.load("b").unwrap().revision(), None);
        let (old, new) = (before.load("a").unwrap(), now.load("a").unwrap());
        assert_ne!(old.id(), new.id());
        assert_eq!(old.revision(), Some("main"));
        now.adopt(&before);
        assert_eq!(now.get(old.id()).unwrap().text(), "old");
        assert_eq!(now.load("a").unwrap().text(), "new");
        assert_eq!(now.load("c").unwrap_err(), LoadError::NotFound, "a path of the revision is none of now");
        assert_eq!(now.asked_for(), ["a", "b", "c"]);
    }

    #[test]
    fn a_byte_order_mark_is_dropped_and_bad_utf8_is_named() {
        let sources = Sources::new(MemoryLoader::new([("a", &b"\xef\xbb\xbfok"[..]), ("b", &b"ab\xff"[..])]));
        assert_eq!(sources.load("a").unwrap().text(), "ok");
        assert_eq!(sources.load("b").unwrap_err(), LoadError::NotUtf8(2));
        assert_eq!(sources.load("c").unwrap_err(), LoadError::NotFound);
        assert_eq!(sources.load("../c").unwrap_err(), LoadError::OutsideTree);
    }
}
