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

impl Loader for Overlay {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let normal = cmklint_source::normalize(path);
        match normal.as_deref().and_then(|path| self.texts.get(path)) {
            Some(text) => Ok(text.clone()),
            None => self.below.read(path),
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

    fn is_file(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.below.is_file(path)
    }
}
