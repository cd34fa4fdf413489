//! Texts that replace those of files on the disk.

use std::collections::BTreeMap;

use cmklint_source::{DiskLoader, LoadError, Loader, file_name, parent};

/// A loader with texts of its own for some paths: those of unsaved files.
#[derive(Debug)]
pub struct Overlay {
    below: DiskLoader,
    texts: BTreeMap<String, Vec<u8>>,
}

impl Overlay {
    /// `below`, with `texts` at their paths.
    #[must_use]
    pub fn new(below: DiskLoader, texts: BTreeMap<String, Vec<u8>>) -> Self {
        Self { below, texts }
    }
}

impl Overlay {
    fn own(&self, path: &str) -> Option<&Vec<u8>> {
        cmklint_source::normalize(path).and_then(|path| self.texts.get(&path))
    }
}

impl Loader for Overlay {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        match self.own(path) {
            Some(text) => Ok(text.clone()),
            None => self.below.read(path),
        }
    }

    fn head(&self, path: &str, most: usize) -> Result<Vec<u8>, LoadError> {
        match self.own(path) {
            Some(text) => Ok(text.iter().take(most).copied().collect()),
            None => self.below.head(path, most),
        }
    }

    fn size(&self, path: &str) -> Result<u64, LoadError> {
        match self.own(path) {
            Some(text) => Ok(text.len() as u64),
            None => self.below.size(path),
        }
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        let mut names = self.below.files_in(path);
        let unsaved = self.texts.keys().filter(|text| parent(text) == path).map(|text| file_name(text));
        let new: Vec<String> = unsaved.filter(|name| !names.iter().any(|n| n == name)).map(str::to_owned).collect();
        if !new.is_empty() {
            names.extend(new);
            names.sort();
        }
        names
    }

    fn folders_in(&self, path: &str) -> Vec<String> {
        let below = |text: &String| {
            let rest = match path {
                "" => text.as_str(),
                path => text.strip_prefix(path)?.strip_prefix('/')?,
            };
            rest.split_once('/').map(|(folder, _)| folder.to_owned())
        };
        let mut names = self.below.folders_in(path);
        names.extend(self.texts.keys().filter_map(below));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn is_file(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.below.is_file(path)
    }
}
