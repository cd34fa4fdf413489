//! Every Bicep example of the rules is read and evaluated whole.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use std::path::{Path, PathBuf};

use cmklint_graph::Presence;
use cmklint_source::{DiskLoader, Sources};
use cmklint_template::Inputs;
use support::{deploy, given};

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find(&path, out);
        } else if path.extension().is_some_and(|end| end == "bicep" || end == "bicepparam") {
            out.push(path);
        }
    }
}

#[test]
fn the_rules_examples_are_evaluated_without_a_diagnostic() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut paths = Vec::new();
    find(&rules, &mut paths);
    let (mut templates, mut parameters, mut resources) = (0, 0, 0);
    for path in &paths {
        // Each folder is a tree of its own.
        let folder = path.parent().unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let sources = Sources::new(DiskLoader::new(folder, 1 << 20).unwrap());
        if name.ends_with(".bicepparam") {
            assert!(!given(&sources, name).is_empty(), "{}", path.display());
            parameters += 1;
        } else if std::fs::read_to_string(path).unwrap().contains("'ts:") {
            // Only a run finds the template specs of a tree.
            templates += 1;
        } else {
            let done = deploy(&sources, name, &Inputs::default());
            for resource in &done.deployment.resources {
                assert!(!resource.names.is_empty(), "{}: {}", path.display(), resource.address);
                assert!(resource.body.as_object().is_some(), "{}: {}", path.display(), resource.address);
                // What a known module declares, a call may leave out.
                let of_module = resource.address.contains('.');
                assert!(
                    of_module || resource.presence == Presence::Existing || resource.condition.as_bool() != Some(false),
                    "{}: {}",
                    path.display(),
                    resource.address
                );
            }
            resources += done.deployment.resources.len();
            templates += 1;
        }
    }
    assert!(
        templates >= 40 && resources >= 100,
        "{templates} templates, {parameters} parameter files, {resources} resources"
    );
}
