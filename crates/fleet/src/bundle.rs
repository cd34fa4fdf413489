//! The sources of a repository as one sequence of bytes, so that another machine can analyze it together with others: the texts that an analysis may read, and of all other files that they are
//! there.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use cmklint_cli::tree::FileKind;
use cmklint_source::{name_of_disk, normalize, path_of_disk};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use ignore::WalkBuilder;

use crate::names;

/// The most bytes of all texts of a repository.
const MOST: u64 = 2 << 30;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    /// With its text.
    Text(Vec<u8>),
    /// Only its size.
    Size(u64),
    /// A link, with what it leads to.
    Link(String),
}

/// The files of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// By their paths, which begin with the repository's name; those without a `/` are of the folder of all repositories.
    files: BTreeMap<String, Entry>,
}

impl Bundle {
    /// Those of the repository `name` below the folder `root`: the texts of files that `is_read`, and of files that an analysis looks at by their names, as long as these have no more than
    /// `max_file_size` bytes.
    ///
    /// # Errors
    /// Where a file can't be read, or all are too large together.
    pub(crate) fn read(
        root: &Path,
        name: &str,
        max_file_size: u64,
        is_read: &dyn Fn(&str) -> bool,
    ) -> anyhow::Result<Self> {
        let mut out = Self::default();
        let mut total = 0_u64;
        let folder = root.join(path_of_disk(name));
        // As an analysis finds its files; but hidden ones may be read by name.
        let mut walk = WalkBuilder::new(&folder);
        walk.follow_links(false).hidden(false);
        walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        // What can't be listed was told by the analysis.
        for entry in walk.build().filter_map(Result::ok) {
            let Some(path) = below(root, entry.path()) else { continue };
            let Some(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                let leads_to = std::fs::read_link(entry.path()).ok().and_then(|to| name_of_disk(to.as_os_str()));
                out.files.extend(leads_to.map(|to| (path, Entry::Link(to))));
            } else if kind.is_file() {
                let size = entry.metadata().map_or(0, |metadata| metadata.len());
                let wanted = is_read(&path) || FileKind::of(&path).is_some() || is_ignore_file(&path);
                out.add(root, path, wanted && size <= max_file_size, size, &mut total)?;
            }
        }
        for path in Self::beside(root, is_read) {
            let size = std::fs::metadata(root.join(path_of_disk(&path))).map_or(0, |metadata| metadata.len());
            out.add(root, path, size <= max_file_size, size, &mut total)?;
        }
        Ok(out)
    }

    /// Adds the file at `path`, with its text where that is wanted.
    fn add(&mut self, root: &Path, path: String, text: bool, size: u64, total: &mut u64) -> anyhow::Result<()> {
        let entry = match text {
            true => {
                let text = std::fs::read(root.join(path_of_disk(&path))).with_context(|| path.clone())?;
                *total = total.saturating_add(text.len() as u64);
                if *total > MOST {
                    bail!("more than {MOST} bytes of sources");
                }
                Entry::Text(text)
            }
            false => Entry::Size(size),
        };
        self.files.entry(path).or_insert(entry);
        Ok(())
    }

    /// The configuration in the folder of all repositories, where it was read.
    fn beside(root: &Path, is_read: &dyn Fn(&str) -> bool) -> Vec<String> {
        let path = cmklint_cli::config::FILE_NAME.to_owned();
        let is_there = is_read(&path) && root.join(&path).is_file();
        is_there.then_some(path).into_iter().collect()
    }

    /// Adds the texts of the files at `paths`, which were read although git ignores them.
    pub(crate) fn add_read(&mut self, root: &Path, paths: &[String], max_file_size: u64) {
        for path in paths {
            if matches!(self.files.get(path), Some(Entry::Text(_))) {
                continue;
            }
            let full = root.join(path_of_disk(path));
            let is_small = std::fs::symlink_metadata(&full).is_ok_and(|m| m.is_file() && m.len() <= max_file_size);
            if let (true, Ok(text)) = (is_small, std::fs::read(&full)) {
                self.files.insert(path.clone(), Entry::Text(text));
            }
        }
    }

    /// The paths of the files of which there is no text.
    pub(crate) fn without_text(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter(|(_, entry)| matches!(entry, Entry::Size(_))).map(|(path, _)| path.as_str())
    }

    /// The bundle as bytes, compressed.
    pub(crate) fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
        for (path, entry) in &self.files {
            let (tag, text): (u8, &[u8]) = match entry {
                Entry::Text(text) => (0, text),
                Entry::Size(size) => (1, &size.to_le_bytes()),
                Entry::Link(to) => (2, to.as_bytes()),
            };
            for part in [path.as_bytes(), text] {
                out.write_all(&(part.len() as u64).to_le_bytes())?;
                out.write_all(part)?;
            }
            out.write_all(&[tag])?;
        }
        Ok(out.finish()?)
    }

    /// The bundle of `bytes`.
    ///
    /// # Errors
    /// Where they are none, or hold more than a bundle may.
    pub(crate) fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let mut all = Vec::new();
        ZlibDecoder::new(bytes).take(MOST.saturating_mul(2)).read_to_end(&mut all).context("not a bundle")?;
        let mut rest = all.as_slice();
        let mut files = BTreeMap::new();
        while !rest.is_empty() {
            let path = String::from_utf8(part(&mut rest).context("a bundle that ends early")?.to_vec())?;
            let text = part(&mut rest).context("a bundle that ends early")?;
            let (tag, after) = rest.split_first().context("a bundle that ends early")?;
            rest = after;
            let entry = match tag {
                0 => Entry::Text(text.to_vec()),
                1 => Entry::Size(u64::from_le_bytes(text.try_into()?)),
                2 => Entry::Link(String::from_utf8(text.to_vec())?),
                _ => bail!("not a bundle"),
            };
            files.insert(path, entry);
        }
        Ok(Self { files })
    }

    /// Writes the files of the repository `name` below `root`. Those that are only there have their size and no text.
    ///
    /// # Errors
    /// Where a path leads out of the repository, or a file can't be written.
    pub(crate) fn write(&self, root: &Path, name: &str) -> anyhow::Result<()> {
        names::check(name)?;
        let folder = root.join(path_of_disk(name));
        // Files that git ignores are told only in a repository.
        std::fs::create_dir_all(folder.join(".git"))?;
        let mut links = Vec::new();
        for (path, entry) in &self.files {
            let is_inside = path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
            let is_beside = path == cmklint_cli::config::FILE_NAME;
            if normalize(path).as_ref() != Some(path) || !(is_inside || is_beside) {
                bail!("{}: not a path of {name}", path.escape_debug());
            }
            let full = root.join(path_of_disk(path));
            if let Some(folder) = full.parent() {
                std::fs::create_dir_all(folder)?;
            }
            match entry {
                Entry::Text(text) => std::fs::write(&full, text)?,
                Entry::Size(size) => std::fs::File::create(&full)?.set_len(*size)?,
                Entry::Link(to) => links.push((full, to)),
            }
        }
        // Last, so that nothing is written through one. What leads out of the tree is refused where it is read.
        for (full, to) in links {
            link(&path_of_disk(to), &full)?;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> anyhow::Result<()> {
    Ok(std::os::unix::fs::symlink(to, at)?)
}

/// Links are files of a text elsewhere, as git writes them there.
#[cfg(not(unix))]
fn link(to: &Path, at: &Path) -> anyhow::Result<()> {
    Ok(std::fs::write(at, to.to_string_lossy().as_bytes())?)
}

/// The next part of `rest`, which begins with its length.
fn part<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    *rest = after;
    Some(part)
}

/// The path of `full` below `root`, with names as the loaders have them.
fn below(root: &Path, full: &Path) -> Option<String> {
    let parts: Option<Vec<String>> =
        full.strip_prefix(root).ok()?.components().map(|part| name_of_disk(part.as_os_str())).collect();
    Some(parts?.join("/"))
}

/// Whether the file says which others are left out.
fn is_ignore_file(path: &str) -> bool {
    matches!(cmklint_source::file_name(path), ".gitignore" | ".ignore")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_comes_back_as_it_was() {
        let from = tempfile::tempdir().unwrap();
        let at = |path: &str| from.path().join("team/app").join(path);
        for (path, text) in [("main.tf", "a"), ("x/y.bin", "binary"), ("x/read.yaml", "read"), (".gitignore", "gone\n")]
        {
            std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            std::fs::write(at(path), text).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("../main.tf", at("x/link.tf")).unwrap();
        let bundle = Bundle::read(from.path(), "team/app", 1000, &|path| path.ends_with(".yaml")).unwrap();
        assert_eq!(bundle.without_text().collect::<Vec<_>>(), ["team/app/x/y.bin"]);
        let back = Bundle::from_bytes(&bundle.to_bytes().unwrap()).unwrap();
        assert_eq!(back, bundle);
        let to = tempfile::tempdir().unwrap();
        back.write(to.path(), "team/app").unwrap();
        let read = |path: &str| std::fs::read(to.path().join("team/app").join(path)).unwrap();
        assert_eq!(read("main.tf"), b"a");
        assert_eq!(read("x/read.yaml"), b"read");
        assert_eq!(read("x/y.bin"), [0; 6], "only its size");
        #[cfg(unix)]
        assert_eq!(read("x/link.tf"), b"a");
    }

    #[test]
    fn a_bundle_that_leads_elsewhere_is_refused() {
        let to = tempfile::tempdir().unwrap();
        for path in ["../x.tf", "other/x.tf", "app/../../x.tf", "/x.tf", "app"] {
            let bundle = Bundle { files: BTreeMap::from([(path.to_owned(), Entry::Text(b"x".to_vec()))]) };
            assert!(bundle.write(to.path(), "app").is_err(), "{path}");
        }
        assert!(Bundle::from_bytes(b"no bundle").is_err());
        let whole = Bundle { files: BTreeMap::from([("app/a.tf".to_owned(), Entry::Text(vec![7; 99]))]) };
        let bytes = whole.to_bytes().unwrap();
        assert!(Bundle::from_bytes(&bytes[..bytes.len() - 3]).is_err());
    }
}
