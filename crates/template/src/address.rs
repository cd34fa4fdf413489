//! Whole URLs of files that are in the tree.

use cmklint_source::{join, parent};

/// A URL of more folders than this is not looked for.
const MAX_SEGMENTS: usize = 24;

/// The file of the tree that `address` (`https://HOST/OWNER/REPOSITORY/BRANCH/FOLDER/NAME.json`) means, for a file in `folder` that names it: the one whose
/// path is the longest end of the address, seen from the tree's root, from `folder` or from a folder around it. A file name alone means nothing: another
/// repository has files of that name, too.
#[must_use]
pub fn addressed(address: &str, folder: &str, has: &dyn Fn(&str) -> bool) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let path = rest.split(['?', '#']).next()?;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.len() > MAX_SEGMENTS || segments.iter().any(|segment| matches!(*segment, "." | "..")) {
        return None;
    }
    let mut bases = vec![folder];
    while let Some(base) = bases.last().copied().filter(|base| !base.is_empty()) {
        bases.push(parent(base));
    }
    // The first segment is the host.
    for from in 1..segments.len().saturating_sub(1) {
        let end = segments.get(from..)?.join("/");
        let at = bases.iter().rev().find_map(|base| join(base, &end).filter(|path| has(path)));
        if at.is_some() {
            return at;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::addressed;

    #[test]
    fn the_longest_end_of_an_address_that_is_a_file_is_meant() {
        let files = ["app/nested/des.json", "nested/des.json", "app/azuredeploy.json", "other/x/nested/des.json"];
        let find = |address: &str, folder: &str| addressed(address, folder, &|path| files.contains(&path));
        let raw = "https://raw.githubusercontent.com/o/r/main";
        assert_eq!(find(&format!("{raw}/app/nested/des.json?x#y"), "app").as_deref(), Some("app/nested/des.json"));
        assert_eq!(find(&format!("{raw}/nested/des.json"), "other").as_deref(), Some("nested/des.json"));
        assert_eq!(find(&format!("{raw}/far/x/nested/des.json"), "other").as_deref(), Some("other/x/nested/des.json"));
        assert_eq!(find(&format!("{raw}/des.json"), "nested"), None, "a name alone");
        assert_eq!(find(&format!("{raw}/elsewhere/azuredeploy.json"), "app"), None);
        assert_eq!(find(&format!("{raw}/app/../nested/des.json"), "app"), None);
        assert_eq!(find("nested/des.json", "app"), None);
    }
}
