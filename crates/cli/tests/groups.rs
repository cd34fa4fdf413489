//! A root that declares nothing but a resource group is evaluated only where another root looks that group up. What is found then is what is found where the
//! root is evaluated for its own sake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use std::path::Path;

use assert_cmd::Command;
use common::Tree;
use serde_json::Value;

/// A variant of `testdata/variants/groups-elsewhere`: the file of the root that looks the group up, that of the root that declares it, and a disk for the latter.
struct Language {
    folder: &'static str,
    app: &'static str,
    platform: &'static str,
    /// Where the disk goes: before the last of these.
    before: &'static str,
    disk: &'static str,
}

const LANGUAGES: [Language; 3] = [
    Language {
        folder: "tf",
        app: "app/main.tf",
        platform: "platform/main.tf",
        before: "",
        disk: "resource \"azurerm_managed_disk\" \"own\" {
  name                 = \"disk-own\"
  resource_group_name  = azurerm_resource_group.shared.name
  location             = azurerm_resource_group.shared.location
  storage_account_type = \"Premium_LRS\"
  create_option        = \"Empty\"
  disk_size_gb         = 8
}
",
    },
    Language {
        folder: "bicep",
        app: "app/main.bicep",
        platform: "platform/main.bicep",
        before: "",
        disk: "resource own 'Microsoft.Compute/disks@2024-03-02' existing = { name: 'disk-own', scope: resourceGroup('rg-shared') }\n",
    },
    Language {
        folder: "arm",
        app: "app/main.bicep",
        platform: "platform/azuredeploy.json",
        before: " ] }",
        disk: r#", { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "own", "resourceGroup": "rg-shared",
    "properties": { "mode": "Incremental", "template": { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0", "resources": [ { "type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "disk-own", "location": "northeurope",
        "properties": { "creationData": { "createOption": "Empty" }, "diskSizeGB": 8 } } ] } } }"#,
    },
];

/// The findings of CMK020 in the tree of these files, whole, and how many resources were evaluated.
fn found(files: &[(&str, &str)]) -> (Vec<Value>, u64) {
    let tree = Tree::new(files);
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let output = command.current_dir(tree.path()).args(["--format", "json", "--only", "CMK020", "."]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let resources = json["coverage"]["resources"].as_u64().unwrap_or_default();
    (json["issues"].as_array().cloned().unwrap_or_default(), resources)
}

#[test]
fn a_root_of_a_group_alone_is_as_good_as_one_that_is_evaluated_anyway() {
    for language in &LANGUAGES {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/variants/groups-elsewhere").join(language.folder);
        let text = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
        let (app, platform) = (text(language.app), text(language.platform));
        let at = platform.rfind(language.before).unwrap();
        let larger = format!("{}{}{}", &platform[..at], language.disk, &platform[at..]);
        let run = |app: &str, platform: &str| found(&[(language.app, app), (language.platform, platform)]);
        let (scanned, both) = run(&app, &platform);
        let (evaluated, _) = run(&app, &larger);
        assert_eq!(scanned.len(), 1, "{}", language.folder);
        assert_eq!(scanned, evaluated, "{}", language.folder);
        // Where nobody looks the group up, its root is passed by; without its root, the region is not known.
        let (none, alone) = run(&app.replace("rg-shared", "rg-elsewhere"), &platform);
        assert!(none.is_empty(), "{}: {none:?}", language.folder);
        assert_eq!(both, alone + 1, "{}", language.folder);
        assert!(found(&[(language.app, &app)]).0.is_empty(), "{}", language.folder);
    }
}
