//! What is kept from one analysis to the next never shows: after any edits the answer is that of a server that has just been started.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests

#[allow(dead_code)] // each test binary uses a part
mod client;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use client::Client;
use serde_json::{Value, json};

/// The example with roots in three languages, in a folder of its own.
fn mixed() -> (tempfile::TempDir, PathBuf, Vec<PathBuf>) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/mixed");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    let (mut open, mut files) = (vec![from.clone()], Vec::new());
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let to = root.join(path.strip_prefix(&from).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, &to).unwrap();
            files.push(to);
        }
    }
    files.sort();
    (folder, root, files)
}

/// A client that tells of changes on disk, as editors do.
fn telling(root: &Path) -> Client {
    Client::start_with(root, json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } }))
}

/// The diagnostics of `client` that there are.
fn shown(client: &Client) -> BTreeMap<PathBuf, Value> {
    let some = |(_, diagnostics): &(&PathBuf, &Value)| diagnostics.as_array().is_some_and(|all| !all.is_empty());
    client.diagnostics.iter().filter(some).map(|(path, all)| (path.clone(), all.clone())).collect()
}

/// The diagnostics of a server that is started on `root` as the disk has it.
fn anew(root: &Path) -> BTreeMap<PathBuf, Value> {
    let mut client = Client::start(root);
    client.settle();
    let shown = shown(&client);
    client.stop();
    shown
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn random_edits_of_many_files_come_to_what_a_new_server_says() {
    let (_kept, root, files) = mixed();
    let mut client = telling(&root);
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        client.open(path, &text);
        texts.insert(path.clone(), text);
    }
    let first = texts.clone();
    let mut numbers = Numbers(11);
    let pieces =
        ["\"", "}", "\n", "ä😀", "northeurope", "'westus'", " = ", ": ", "# cmklint-ignore: CMK020 # why\n", "", ""];
    for round in 0..120 {
        let path = &files[numbers.below(files.len())];
        let now = texts.get_mut(path).unwrap();
        if round % 7 == 6 {
            // Back to what it was, so that not all is broken in the end.
            now.clone_from(&first[path]);
            client.replace(path, now);
        } else {
            let boundaries: Vec<usize> = (0..=now.len()).filter(|at| now.is_char_boundary(*at)).collect();
            let from = numbers.below(boundaries.len());
            let to = (from + numbers.below(6)).min(boundaries.len() - 1);
            let new = pieces[numbers.below(pieces.len())];
            client.edit_bytes(path, now, boundaries[from]..boundaries[to], new);
            now.replace_range(boundaries[from]..boundaries[to], new);
        }
        client.settle();
        if round % 4 == 3 {
            for (path, text) in &texts {
                std::fs::write(path, text).unwrap();
            }
            assert_eq!(shown(&client), anew(&root), "after {round}: {}", path.display());
        }
    }
    client.stop();
}

#[test]
fn what_happens_on_disk_is_seen_once_it_is_told() {
    let (_kept, root, files) = mixed();
    let mut client = telling(&root);
    client.settle();
    let before = shown(&client);
    assert_eq!(before, anew(&root));
    let gone = files.iter().find(|path| before.contains_key(*path)).unwrap();
    let text = std::fs::read_to_string(gone).unwrap();
    for there in [false, true] {
        if there {
            std::fs::write(gone, &text).unwrap()
        } else {
            std::fs::remove_file(gone).unwrap()
        }
        let change = json!({ "uri": Client::uri(gone), "type": if there { 1 } else { 3 } });
        client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
        client.settle();
        assert_eq!(shown(&client), anew(&root), "there: {there}");
    }
    assert_eq!(shown(&client), before);
    client.stop();
}

#[test]
fn a_configuration_that_is_edited_holds_for_roots_that_are_not() {
    let (_kept, root, _) = mixed();
    let configuration = root.join(".cmklint.hcl");
    let off = "rule \"same_region\" {\n  enabled = false\n}\n";
    std::fs::write(&configuration, "").unwrap();
    let mut client = telling(&root);
    client.open(&configuration, "");
    client.settle();
    let before = shown(&client);
    for text in [off, "variables = [\"location=westus\"]\n", ""] {
        client.replace(&configuration, text);
        client.settle();
        std::fs::write(&configuration, text).unwrap();
        assert_eq!(shown(&client), anew(&root), "{text}");
    }
    assert_eq!(shown(&client), before);
    client.stop();
}

/// What a command of a script gives a template is evaluated again when the script changes, though no template does.
#[test]
fn a_value_that_a_script_gives_is_that_of_the_script_as_it_is_now() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/variants/pipelines/az-value");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    for name in ["main.bicep", "deploy.sh"] {
        std::fs::copy(from.join(name), root.join(name)).unwrap();
    }
    let script = root.join("deploy.sh");
    let first = std::fs::read_to_string(&script).unwrap();
    assert!(first.contains("diskLocation=northeurope"), "{first}");
    let mut client = telling(&root);
    client.open(&script, &first);
    client.settle();
    let before = shown(&client);
    assert_eq!(before.keys().collect::<Vec<_>>(), [&script]);
    let other = first.replace("northeurope", "uksouth");
    for text in [&*other, &first.replace("northeurope", "westeurope"), &format!("\n{other}"), &first] {
        client.replace(&script, text);
        client.settle();
        std::fs::write(&script, text).unwrap();
        assert_eq!(shown(&client), anew(&root), "{text}");
    }
    assert_eq!(shown(&client), before);
    client.stop();
}
