//! One file's text from elsewhere, over the files of a disk.

use cmklint_source::{DiskLoader, LoadError, Loader, file_name, parent};

/// A loader that has its own text for one path.
#[derive(Debug)]
pub struct Overlay {
    below: DiskLoader,
    path: String,
    text: Vec<u8>,
}

impl Overlay {
    /// `below`, with `text` at `path`.
    #[must_use]
    pub fn new(below: DiskLoader, path: String, text: Vec<u8>) -> Self {
        Self { below, path, text }
    }
}

impl Loader for Overlay {
    fn read(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        if cmklint_source::normalize(path).as_deref() == Some(&self.path) {
            Ok(self.text.clone())
        } else {
            self.below.read(path)
        }
    }

    fn files_in(&self, path: &str) -> Vec<String> {
        let mut names = self.below.files_in(path);
        if parent(&self.path) == path && !names.iter().any(|n| n == file_name(&self.path)) {
            names.push(file_name(&self.path).to_owned());
            names.sort();
        }
        names
    }

    fn is_file(&self, path: &str) -> bool {
        path == self.path || self.below.is_file(path)
    }
}
