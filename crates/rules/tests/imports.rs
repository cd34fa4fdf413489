//! The modules of this crate read top down: none imports one that, over any number of steps, imports it.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Module = Vec<String>;

/// The text of each module's file, by its path in the crate.
fn modules(folder: &Path, at: &[String], out: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path: Module = at.iter().cloned().chain([name.trim_end_matches(".rs").to_owned()]).collect();
        if entry.file_type().unwrap().is_dir() {
            modules(&entry.path(), &path, out);
        } else if name != "lib.rs" {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().map(|line| line.split("//").next().unwrap());
            out.insert(path, lines.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The paths that `text` names by `crate::` or `super::`, and, in `use` items, by the name of a submodule.
fn paths(text: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c: char| !is_path(c)).filter(|word| word.contains("::"));
    words.map(|word| word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()).collect()
}

/// The module that `path`, written in `module`, leads to or into.
fn target(all: &BTreeMap<Module, String>, module: &Module, path: &[String]) -> Option<Module> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let (mut at, rest) = match path.first()?.as_str() {
        "crate" => (Vec::new(), &path[1..]),
        "super" => (module[..module.len().checked_sub(ups)?].to_vec(), &path[ups..]),
        _ => (module.clone(), path),
    };
    for part in rest {
        at.push(part.clone());
        if !all.contains_key(&at) {
            at.pop();
            break;
        }
    }
    (!at.is_empty() && at != *module).then_some(at)
}

#[test]
fn no_module_imports_itself_over_others() {
    let mut all = BTreeMap::new();
    modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[], &mut all);
    let imports: BTreeMap<&Module, BTreeSet<Module>> = all
        .iter()
        .map(|(module, text)| (module, paths(text).iter().filter_map(|path| target(&all, module, path)).collect()))
        .collect();
    assert!(imports[&vec!["engine".to_owned()]].contains(&vec!["rule".to_owned()]), "the engine runs rules");
    for module in all.keys() {
        let (mut seen, mut open) = (BTreeSet::new(), vec![module]);
        while let Some(at) = open.pop() {
            for next in &imports[at] {
                assert_ne!(next, module, "{} is imported by {}, which it imports", module.join("::"), at.join("::"));
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
    }
}
