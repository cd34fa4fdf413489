//! A Bicep file and the JSON that the compiler makes of it come to the same resources and the same findings. The pairs here are small; the example `equal`
//! does the same over a folder.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

#[path = "../examples/equal/graph.rs"]
mod graph;
#[path = "../examples/equal/restore.rs"]
mod restore;
#[path = "../examples/equal/words.rs"]
mod words;

use std::path::{Path, PathBuf};

use cmklint_source::{DiskLoader, MemoryLoader, Sources};
use graph::{Files, Side, difference, sides};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/equal")
}

fn pair(name: &str) -> (Side, Side, usize) {
    let files = Files(Sources::new(DiskLoader::new(folder(), 1 << 20).unwrap()));
    let (bicep, json, modules) = sides(&files, &format!("{name}/main.bicep")).unwrap();
    assert!(bicep.messages.is_empty() && json.messages.is_empty(), "{name}: {:?} {:?}", bicep.messages, json.messages);
    (bicep, json, modules)
}

#[test]
fn each_pair_comes_to_the_same_resources_and_findings() {
    let mut names: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["conditions", "disks", "extensions", "loops", "modules"]);
    for name in names {
        let (bicep, json, _) = pair(&name);
        assert!(bicep.rows.len() > 1, "{name}: {bicep:#?}");
        if let Some((part, bicep, json)) = difference(&bicep, &json) {
            panic!("{name}: {part}\n{bicep}\n{json}");
        }
    }
}

#[test]
fn findings_and_edges_are_part_of_what_is_compared() {
    let (bicep, _, _) = pair("disks");
    let rules: Vec<&str> = bicep.findings.iter().map(|finding| &finding[..6]).collect();
    assert_eq!(rules, ["CMK003", "CMK020", "CMK070", "CMK071", "CMK090"]);
    let disk = bicep.rows.iter().find(|row| row.names == "'disk'").unwrap();
    assert_eq!(disk.edges, [".properties.encryption.diskEncryptionSetId -> microsoft.compute/diskencryptionsets/des"]);
}

#[test]
fn a_registry_module_is_what_the_json_has_for_it() {
    let (bicep, _, modules) = pair("modules");
    assert_eq!(modules, 1);
    let disks = bicep.rows.iter().filter(|row| row.kind == "microsoft.compute/disks");
    assert_eq!(disks.count(), 2);
}

#[test]
fn what_differs_is_reported() {
    let bicep = r"param a string
resource d 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'd-${a}'
  location: 'westeurope'
  properties: { size: 1 }
}
";
    let json = |name: &str, location: &str, size: &str, condition: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "parameters": {{"a": {{"type": "string"}}}},
            "resources": [{{"type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "{name}", "location": "{location}",
            "condition": {condition}, "properties": {{"size": {size}}}}}]}}"#
        )
    };
    let part = |json: String| {
        let sources = Sources::new(MemoryLoader::new([("main.bicep", bicep), ("main.json", &json)]));
        let (bicep, json, _) = sides(&Files(sources), "main.bicep").unwrap();
        difference(&bicep, &json).map(|(part, _, _)| part)
    };
    let name = "[format('d-{0}', parameters('a'))]";
    assert_eq!(part(json(name, "westeurope", "1", "true")), None);
    assert_eq!(part(json("d-a", "westeurope", "1", "true")), Some("names"));
    assert_eq!(part(json(name, "northeurope", "1", "true")), Some("location"));
    assert_eq!(part(json(name, "westeurope", "2", "true")), Some("body"));
    assert_eq!(part(json(name, "westeurope", "1", "\"[equals(parameters('a'), 'x')]\"")), Some("condition"));
}
