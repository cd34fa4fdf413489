//! Writes fixed files to the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cmklint_source::{path_of_disk, visible_path};

use super::Rewritten;
use crate::report_file;
use crate::tree::Tree;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes all of `files`, by path below the root of `tree`, or none of them.
///
/// # Errors
/// Where one is not as it was when it was read, is a link, or is outside of the tree: then nothing is written. Where one can't be written: the files before it have been written.
pub fn write(files: &BTreeMap<String, Rewritten>, tree: &Tree) -> anyhow::Result<()> {
    let mut ready: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for (path, file) in files {
        let shown = visible_path(path);
        let full = tree.root.join(path_of_disk(path));
        let content = prepared(&full, path, file, tree).with_context(|| format!("{shown}: not fixed"))?;
        ready.push((full, content));
    }
    for (full, content) in ready {
        report_file::rewrite(&full, &content).with_context(|| format!("{}: cannot be written", full.display()))?;
    }
    Ok(())
}

/// The new bytes of the file at `full`.
fn prepared(full: &Path, path: &str, file: &Rewritten, tree: &Tree) -> anyhow::Result<Vec<u8>> {
    let meta = std::fs::symlink_metadata(full)?;
    if !meta.is_file() {
        bail!("a link, or no plain file");
    }
    let root = tree.root.canonicalize()?;
    let lexical = tree.root.join(path_of_disk(path));
    let real = full.canonicalize()?;
    let expected = lexical.strip_prefix(&tree.root).map(|below| root.join(below))?;
    if real != expected {
        bail!("a link on the way leads elsewhere");
    }
    let bytes = std::fs::read(full)?;
    let mark: &[u8] = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
    if cmklint_source::decode(path, bytes.clone()).ok().as_deref() != Some(&*file.before) {
        bail!("it changed after it was read");
    }
    Ok([mark, file.after.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_keeps_all_from_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let tree = Tree { root: root.clone(), cwd: root.clone() };
        let texts = [("a.tf", "a = 1\n"), ("b.tf", "b = 1\n")];
        for (name, text) in texts {
            std::fs::write(root.join(name), text).unwrap();
        }
        let rewritten = texts.map(|(name, text)| {
            let after = text.replace('1', "2");
            (name.to_owned(), Rewritten { before: text.to_owned(), after })
        });
        let files = BTreeMap::from(rewritten);
        // Somebody edits one of them between reading and writing.
        std::fs::write(root.join("b.tf"), "b = 3\n").unwrap();
        let refused = write(&files, &tree).unwrap_err();
        assert_eq!(format!("{refused:#}"), "b.tf: not fixed: it changed after it was read");
        std::fs::remove_file(root.join("b.tf")).unwrap();
        assert!(write(&files, &tree).is_err());
        assert_eq!(std::fs::read_to_string(root.join("a.tf")).unwrap(), "a = 1\n");
        std::fs::write(root.join("b.tf"), "b = 1\n").unwrap();
        write(&files, &tree).unwrap();
        assert_eq!(std::fs::read_to_string(root.join("b.tf")).unwrap(), "b = 2\n");
    }
}
