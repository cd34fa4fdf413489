//! Whole URLs of files that are in the tree.

use std::cell::Cell;

use cmklint_source::{ancestors, join, parent};

/// A URL of more folders than this is not looked for.
const MAX_SEGMENTS: usize = 24;

/// So many folders above a file are looked into, and the tree's root.
const MOST_FOLDERS: usize = 12;

/// So many folders are asked for on behalf of one file's addresses, or of one root's: some 200 addresses of five folders, seen from a file that is six folders deep.
const MOST_ASKED: usize = 10_000;

/// What is known of the tree in which files are looked for.
pub trait Tree {
    /// Whether a folder is at a tree-relative path; true where that cannot be known.
    fn may_be_folder(&self, path: &str) -> bool;

    /// Whether a file is at a tree-relative path.
    fn is_file(&self, path: &str) -> bool;
}

/// Finds the files that whole addresses mean, as far as a bound on the folders that are asked for allows: what is beyond is not found.
#[derive(Debug)]
pub struct Addresses {
    left: Cell<usize>,
}

impl Default for Addresses {
    fn default() -> Self {
        Self { left: Cell::new(MOST_ASKED) }
    }
}

impl Addresses {
    /// The file of the tree that `address` (`https://HOST/OWNER/REPOSITORY/BRANCH/FOLDER/NAME.json`) means, for a file in `folder` that names it: the one whose
    /// path is the longest end of the address, seen from the tree's root, from `folder` or from a folder around it. A file name alone means nothing: another
    /// repository has files of that name, too.
    #[must_use]
    pub fn file(&self, address: &str, folder: &str, tree: &dyn Tree) -> Option<String> {
        let (_, rest) = address.split_once("://")?;
        let path = rest.split(['?', '#']).next()?;
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.len() > MAX_SEGMENTS || segments.iter().any(|segment| matches!(*segment, "." | "..")) {
            return None;
        }
        let mut bases: Vec<&str> = ancestors(folder).take(MOST_FOLDERS).collect();
        if bases.last().is_some_and(|base| !base.is_empty()) {
            bases.push("");
        }
        // The first segment is the host.
        for from in 1..segments.len().saturating_sub(1) {
            let (first, end) = (segments.get(from)?, segments.get(from..)?.join("/"));
            for base in bases.iter().rev() {
                self.left.set(self.left.get().checked_sub(1)?);
                if !join(base, first).is_some_and(|folder| tree.may_be_folder(&folder)) {
                    continue;
                }
                let path = join(base, &end).filter(|path| tree.may_be_folder(parent(path)) && tree.is_file(path));
                if path.is_some() {
                    return path;
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::{Addresses, MOST_ASKED, Tree};

    /// A tree of these files, and the folders and files that were asked for.
    #[derive(Default)]
    struct Files {
        files: Vec<String>,
        asked: RefCell<Vec<String>>,
    }

    impl Tree for Files {
        fn may_be_folder(&self, path: &str) -> bool {
            self.asked.borrow_mut().push(path.to_owned());
            self.files.iter().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
        }

        fn is_file(&self, path: &str) -> bool {
            self.asked.borrow_mut().push(path.to_owned());
            self.files.iter().any(|file| file == path)
        }
    }

    #[test]
    fn the_longest_end_of_an_address_that_is_a_file_is_meant() {
        let files = ["app/nested/des.json", "nested/des.json", "app/azuredeploy.json", "other/x/nested/des.json"];
        let tree = Files { files: files.map(str::to_owned).to_vec(), ..Files::default() };
        let find = |address: &str, folder: &str| Addresses::default().file(address, folder, &tree);
        let raw = "https://raw.githubusercontent.com/o/r/main";
        assert_eq!(find(&format!("{raw}/app/nested/des.json?x#y"), "app").as_deref(), Some("app/nested/des.json"));
        assert_eq!(find(&format!("{raw}/nested/des.json"), "other").as_deref(), Some("nested/des.json"));
        assert_eq!(find(&format!("{raw}/far/x/nested/des.json"), "other").as_deref(), Some("other/x/nested/des.json"));
        assert_eq!(find(&format!("{raw}/des.json"), "nested"), None, "a name alone");
        assert_eq!(find(&format!("{raw}/elsewhere/azuredeploy.json"), "app"), None);
        assert_eq!(find(&format!("{raw}/app/../nested/des.json"), "app"), None);
        assert_eq!(find("nested/des.json", "app"), None);
    }

    #[test]
    fn a_file_is_found_from_as_many_folders_as_a_tree_has_and_no_more_is_asked_for() {
        let deep = "a/".repeat(11) + "a";
        let tree = Files { files: vec![format!("{deep}/nested/des.json"), "b/c.json".to_owned()], ..Files::default() };
        let addresses = Addresses::default();
        let found = addresses.file("https://h/r/nested/des.json", &format!("{deep}/x"), &tree);
        assert_eq!(found, Some(format!("{deep}/nested/des.json")));
        let far = "z/".repeat(100);
        assert_eq!(addresses.file("https://h/r/b/c.json", &far, &tree).as_deref(), Some("b/c.json"), "from the root");
        let long = format!("https://h/{}c.json", "a/".repeat(20));
        while addresses.left.get() > 0 && addresses.file(&long, &far, &tree).is_none() {}
        assert!(tree.asked.borrow().len() <= 3 * MOST_ASKED);
        assert_eq!(addresses.file("https://h/r/b/c.json", "", &tree), None, "nothing is left");
    }
}
