//! Paths by their text, and names that may be meant where there is no such path.

use std::path::{Component, Path, PathBuf};

/// `path` without `.` and `..`, computed from its text alone: it need not be on the disk.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The error that there is no file at `path`, which is `full`, with the name that may be meant.
pub(crate) fn not_there(path: &Path, full: &Path, error: &std::io::Error) -> anyhow::Error {
    let shown = path.display();
    if error.kind() != std::io::ErrorKind::NotFound {
        return anyhow::anyhow!("{shown}: {error}");
    }
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match full.parent().and_then(|folder| near_name(folder, &name)) {
        Some(near) => anyhow::anyhow!("{shown}: no such file; did you mean {}?", path.with_file_name(near).display()),
        None => anyhow::anyhow!("{shown}: no such file"),
    }
}

/// The name in `folder` that is nearest to `name`, where one may be meant.
pub(crate) fn near_name(folder: &Path, name: &str) -> Option<String> {
    /// The most names of a folder that are compared.
    const MOST: usize = 10_000;
    let entries = std::fs::read_dir(folder).ok()?.take(MOST).filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let (distance, near) = names.map(|near| (strsim::damerau_levenshtein(&near, name), near)).min()?;
    (distance <= 2 && distance < name.chars().count()).then_some(near)
}
