//! `cmklint ade`: what has Azure Disk Encryption or is marked by it, and what has to become of it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fmt::Write as _;

use common::Tree;
use serde_json::{Value, json};

const GROUP: &str =
    "resource \"azurerm_resource_group\" \"g\" {\n  name     = \"rg\"\n  location = \"westeurope\"\n}\n";

/// A machine with Azure Disk Encryption of the `volumes`.
fn machine(name: &str, system: &str, volumes: &str, more: &str) -> String {
    let extension = if system == "linux" { "AzureDiskEncryptionForLinux" } else { "AzureDiskEncryption" };
    format!(
        r#"
resource "azurerm_{system}_virtual_machine" "{name}" {{
  name                = "{name}"
  resource_group_name = azurerm_resource_group.g.name
  location            = azurerm_resource_group.g.location
  {more}
  os_disk {{
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }}
}}
resource "azurerm_virtual_machine_extension" "{name}" {{
  name               = "ade"
  virtual_machine_id = azurerm_{system}_virtual_machine.{name}.id
  publisher          = "Microsoft.Azure.Security"
  type               = "{extension}"
  settings           = jsonencode({{ EncryptionOperation = "EnableEncryption", VolumeType = "{volumes}" }})
}}
"#
    )
}

/// A disk or snapshot made of `source` by `option`.
fn copy(kind: &str, name: &str, option: &str, source: &str, more: &str) -> String {
    let source = if source.is_empty() { String::new() } else { format!("source_resource_id = {source}") };
    format!(
        "resource \"azurerm_{kind}\" \"{name}\" {{\n  name = \"{name}\"\n  resource_group_name = azurerm_resource_group.g.name\n  \
         location = azurerm_resource_group.g.location\n  create_option = \"{option}\"\n  {source}\n  {more}\n}}\n"
    )
}

/// The list as JSON.
fn listed(tree: &Tree, more: &[&str]) -> Value {
    let ran = tree.run(&[&["ade", "--format", "json"], more].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// What has to become of the resource at `address`; null where it is not listed.
fn action(list: &Value, address: &str) -> Value {
    let found = list["entries"].as_array().unwrap().iter().find(|entry| entry["resource"] == address);
    found.map_or(Value::Null, |entry| entry["action"].clone())
}

#[test]
fn what_has_it_and_what_is_marked_by_it_is_listed_with_what_to_do() {
    let mut text = GROUP.to_owned();
    text += &machine("win", "windows", "All", "");
    text += &machine("lin", "linux", "All", "encryption_at_host_enabled = true");
    text += &machine("data", "linux", "Data", "");
    text += &copy("snapshot", "snap", "Copy", "azurerm_windows_virtual_machine.win.os_disk[0].id", "");
    text += &copy(
        "managed_disk",
        "restored",
        "Copy",
        "azurerm_snapshot.snap.id",
        "disk_encryption_set_id = \"/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/diskEncryptionSets/des\"",
    );
    text += &copy("managed_disk", "uploaded", "Upload", "", "");
    let list = listed(&Tree::new(&[("main.tf", &text)]), &[]);
    assert_eq!(action(&list, "azurerm_windows_virtual_machine.win"), "decrypt and upload");
    assert_eq!(action(&list, "azurerm_linux_virtual_machine.lin"), "rebuild");
    assert_eq!(action(&list, "azurerm_linux_virtual_machine.data"), "decrypt and upload");
    assert_eq!(action(&list, "azurerm_snapshot.snap"), "may stay");
    assert_eq!(action(&list, "azurerm_managed_disk.restored"), "upload");
    assert_eq!(action(&list, "azurerm_managed_disk.uploaded"), Value::Null);
    assert_eq!((&list["count"], &list["blocked"]), (&json!(5), &json!(2)));
    assert_eq!(list["counts"]["region"], json!({ "westeurope": 5 }));
}

#[test]
fn two_hundred_machines_are_counted_by_what_to_do() {
    let mut text = GROUP.to_owned();
    for i in 0..200 {
        let system = if i % 2 == 0 { "windows" } else { "linux" };
        let _ = write!(text, "{}", machine(&format!("m{i}"), system, "All", ""));
    }
    let tree = Tree::new(&[("main.tf", &text)]);
    let list = listed(&tree, &[]);
    assert_eq!(list["counts"]["action"], json!({ "decrypt and upload": 100, "rebuild": 100 }));
    let csv = tree.run(&["ade", "--csv"]).out;
    assert_eq!(csv.lines().count(), 201);
    assert!(csv.starts_with("resource,kind,action,blocks,"), "{csv}");
    let page = tree.run(&["ade", "--format", "markdown"]).out;
    assert!(page.contains("| rebuild | 100 |"), "{page}");
    let text = tree.run(&["ade"]).out;
    assert!(text.contains("200 resources have Azure Disk Encryption") && text.contains("\nrebuild (100)\n"), "{text}");
}

#[test]
fn an_inventory_is_listed_whole() {
    let group = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute";
    let (vm, disk) = (format!("{group}/virtualMachines/old"), format!("{group}/disks/os"));
    let profile = json!({ "osDisk": { "osType": "Linux", "createOption": "Attach", "managedDisk": { "id": disk } } });
    let rows = [
        json!({ "id": vm, "type": "Microsoft.Compute/virtualMachines", "location": "westeurope", "properties": { "storageProfile": profile } }),
        json!({ "id": disk, "type": "Microsoft.Compute/disks", "location": "westeurope", "properties": { "encryptionSettingsCollection": { "enabled": true } } }),
    ];
    let rows = rows.map(|row| row.to_string()).join("\n");
    let tree = Tree::new(&[("main.tf", ""), ("rows.jsonl", &rows)]);
    let list = listed(&tree, &["--inventory", "rows.jsonl"]);
    assert_eq!(list["counts"]["action"], json!({ "rebuild": 2 }), "{list:#}");
}

#[test]
fn a_tree_without_it_says_so_and_other_formats_are_refused() {
    let tree = Tree::new(&[("main.tf", GROUP)]);
    assert_eq!(tree.run(&["ade"]).out, "nothing has Azure Disk Encryption or is marked by it\n");
    let refused = tree.run(&["ade", "--format", "sarif"]);
    assert!(refused.code == 1 && refused.err.contains("no such format of this list: sarif"), "{}", refused.err);
}
