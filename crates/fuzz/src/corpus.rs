//! The seeds: the examples of the rules, which are small and cover the languages, and files of `corpus/` for inputs without examples.

use std::path::{Path, PathBuf};

use crate::target::Target;

/// The largest file that is used as a seed.
const LONGEST: u64 = 16 * 1024;

/// The repository's root.
#[must_use]
pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The seeds of `target`, in a fixed order; with the files of `more`, such as inputs that were found earlier.
///
/// # Errors
/// Where a folder can't be read, or there is no seed.
pub fn seeds(target: &Target, more: Option<&Path>) -> anyhow::Result<Vec<Vec<u8>>> {
    let root = repository();
    let mut paths = Vec::new();
    let is_seed = |path: &Path| path.to_str().is_some_and(|p| target.seeds.iter().any(|end| p.ends_with(end)));
    walk(&root.join("rules"), &is_seed, &mut paths)?;
    let own = root.join("crates/fuzz/corpus").join(target.name);
    for folder in [Some(own.as_path()), more].into_iter().flatten().filter(|f| f.is_dir()) {
        walk(folder, &|_| true, &mut paths)?;
    }
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    anyhow::ensure!(!seeds.is_empty(), "target {} has no seeds", target.name);
    Ok(seeds)
}

fn walk(folder: &Path, is_seed: &dyn Fn(&Path) -> bool, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, is_seed, out)?;
        } else if is_seed(&path) && path.metadata()?.len() <= LONGEST {
            out.push(path);
        }
    }
    Ok(())
}
