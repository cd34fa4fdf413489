//! Puts the rules' plain examples (`rules/ID/{bad,good}/{tf,arm,bicep}`) into the binary, for `cmklint explain`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    // A published package holds a copy.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let here = [package.join("../../rules"), package.join("rules")];
    let rules = here.iter().find(|folder| folder.is_dir()).map_or(package, PathBuf::as_path).canonicalize()?;
    println!("cargo:rerun-if-changed={}", rules.display());
    let mut files = Vec::new();
    for rule in sorted(&rules)? {
        for kind in ["bad", "good"] {
            for language in ["tf", "arm", "bicep"] {
                let folder = rule.join(kind).join(language);
                // An example of a change has two trees, with folders in them.
                for state in ["before", "after"].map(|state| folder.join(state)) {
                    add_below(&state, &mut files)?;
                }
                if folder.is_dir() {
                    files.extend(sorted(&folder)?.into_iter().filter(|f| f.is_file()));
                }
            }
        }
    }
    let mut code =
        String::from("/// The rules' plain examples, by path below `rules/`.\nstatic EXAMPLES: &[(&str, &str)] = &[\n");
    for file in files {
        let name: Vec<_> = file.strip_prefix(&rules).unwrap_or(&file).iter().map(|c| c.to_string_lossy()).collect();
        let _ = writeln!(code, "    ({:?}, include_str!({:?})),", name.join("/"), file);
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("examples.rs"), code)
}

/// The files in `folder`, then those in its folders.
fn add_below(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let (own, folders): (Vec<PathBuf>, Vec<PathBuf>) = sorted(folder)?.into_iter().partition(|path| path.is_file());
    files.extend(own);
    folders.iter().try_for_each(|folder| add_below(folder, files))
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}
