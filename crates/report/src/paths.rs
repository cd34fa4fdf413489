use std::path::{Component, Path};

use cmklint_source::{name_of_disk, visible_path};

/// How a path of the analyzed tree is shown to a reader in another folder than the tree's root.
/// The default shows it unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayPaths {
    /// The path from the reader's folder to the root: `..` segments first, then folders.
    to_root: Vec<String>,
    /// The folders from the root down to the reader's folder, where that is inside the tree.
    below_root: Vec<String>,
}

impl DisplayPaths {
    /// Paths of the tree at `root`, relative to the folder `from`. Both absolute and without `.` and `..`, as
    /// [`Path::canonicalize`] returns them; the disk is not accessed. Where they have nothing in common (other drives), paths are shown
    /// relative to the root.
    #[must_use]
    pub fn new(root: &Path, from: &Path) -> Self {
        let (root, from) = (segments(root), segments(from));
        let shared = root.iter().zip(&from).take_while(|(a, b)| a == b).count();
        if shared == 0 {
            return Self::default();
        }
        let down = root.get(shared..).unwrap_or_default();
        let up = from.get(shared..).unwrap_or_default();
        if down.is_empty() {
            return Self { to_root: Vec::new(), below_root: up.to_vec() };
        }
        Self {
            to_root: up.iter().map(|_| "..".to_owned()).chain(down.iter().cloned()).collect(),
            below_root: Vec::new(),
        }
    }

    /// `path`, which is relative to the tree's root, as the reader would write it; `/` between its segments, bytes that are not UTF-8 as `\xE9`.
    #[must_use]
    pub fn show(&self, path: &str) -> String {
        visible_path(&self.way(path)).into_owned()
    }

    /// The same, with names as the loaders represent them.
    pub(crate) fn way(&self, path: &str) -> String {
        // Outside of the tree: files below the home folder are shown relative to that.
        if path.starts_with("~/") {
            return path.to_owned();
        }
        let parts: Vec<&str> = path.split('/').collect();
        let shared = parts.iter().zip(&self.below_root).take_while(|(a, b)| **a == b.as_str()).count();
        // The last segment, the file's own name, is always kept.
        let shared = shared.min(parts.len() - 1);
        let up = self.below_root.len() - shared;
        let mut shown: Vec<&str> = self.to_root.iter().map(String::as_str).collect();
        shown.extend(std::iter::repeat_n("..", up));
        shown.extend(parts.iter().skip(shared));
        shown.join("/")
    }
}

/// The root (`/`, or a drive) counts as a segment, so two absolute paths of one disk always share it.
fn segments(path: &Path) -> Vec<String> {
    path.components()
        .filter(|c| !matches!(c, Component::CurDir))
        .map(|c| name_of_disk(c.as_os_str()).unwrap_or_else(|| c.as_os_str().to_string_lossy().into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(root: &str, from: &str, path: &str) -> String {
        DisplayPaths::new(Path::new(root), Path::new(from)).show(path)
    }

    #[test]
    fn a_path_is_shown_from_where_the_reader_stands() {
        assert_eq!(shown("/repo", "/repo", "a/b.tf"), "a/b.tf");
        assert_eq!(shown("/repo", "/repo/a", "a/b.tf"), "b.tf");
        assert_eq!(shown("/repo", "/repo/a/c", "a/b.tf"), "../b.tf");
        assert_eq!(shown("/repo", "/repo/x", "a/b.tf"), "../a/b.tf");
        assert_eq!(shown("/repo/infra", "/repo", "a/b.tf"), "infra/a/b.tf");
        assert_eq!(shown("/repo/infra", "/repo/other/deep", "b.tf"), "../../infra/b.tf");
        assert_eq!(DisplayPaths::default().show("a/b.tf"), "a/b.tf");
    }

    #[test]
    fn what_lies_below_the_home_folder_is_shown_from_there() {
        assert_eq!(shown("/r", "/r/a", "~/.bicep/br/main.json"), "~/.bicep/br/main.json");
        assert_eq!(shown("/r/b", "/r", "~/.bicep/br/main.json"), "~/.bicep/br/main.json");
    }

    #[test]
    fn a_name_that_is_not_utf8_is_shown_by_its_bytes() {
        let folder = cmklint_source::name_of_bytes(b"caf\xe9");
        assert_eq!(shown("/repo", "/repo", &format!("{folder}/main.tf")), "caf\\xE9/main.tf");
    }

    #[test]
    fn a_file_named_as_the_folder_keeps_its_name() {
        assert_eq!(shown("/repo", "/repo/a", "a"), "../a");
    }
}
