//! `cmklint ade`: what has Azure Disk Encryption or is marked by it, and what has to become of it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fmt::Write as _;

use common::Tree;
use serde_json::{Value, json};

const GROUP: &str = r#"resource "azurerm_resource_group" "g" {
  name     = "rg"
  location = "westeurope"
}
"#;

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

/// The resource of a plan or state, as Terraform writes it.
fn resource(address: &str, values: Value) -> Value {
    let (kind, name) = address.split_once('.').unwrap();
    json!({
        "address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/hashicorp/azurerm",
        "schema_version": 0, "values": values, "sensitive_values": {}
    })
}

/// A machine with Azure Disk Encryption, a snapshot of its disk that some other root made, and a disk restored from that, as a plan or state has them.
fn encrypted_resources() -> Vec<Value> {
    let group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute";
    let common = |name: &str, kind: &str| json!({ "name": name, "id": format!("{group}/{kind}/{name}"), "resource_group_name": "rg", "location": "westeurope" });
    let with = |mut values: Value, more: Value| {
        values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        values
    };
    let disk = format!("{group}/disks/os");
    let settings = json!([{ "enabled": true, "disk_encryption_key": [], "key_encryption_key": [] }]);
    vec![
        resource(
            "azurerm_managed_disk.os",
            with(
                common("os", "disks"),
                json!({ "create_option": "FromImage", "os_type": "Linux", "encryption_settings": settings }),
            ),
        ),
        resource(
            "azurerm_snapshot.snap",
            with(common("snap", "snapshots"), json!({ "create_option": "Copy", "source_resource_id": disk })),
        ),
        resource(
            "azurerm_managed_disk.restored",
            with(
                common("restored", "disks"),
                json!({ "create_option": "Copy", "source_resource_id": format!("{group}/snapshots/snap") }),
            ),
        ),
        resource(
            "azurerm_managed_disk.clean",
            with(
                common("clean", "disks"),
                json!({ "create_option": "Upload", "upload_size_bytes": 21_474_836_992_i64 }),
            ),
        ),
    ]
}

#[test]
fn a_plan_is_listed_without_its_code() {
    let resources = encrypted_resources();
    let change = |resource: &Value| {
        let change = json!({ "actions": ["create"], "before": null, "after": resource["values"], "after_unknown": {}, "before_sensitive": false, "after_sensitive": {} });
        json!({ "address": resource["address"], "mode": "managed", "type": resource["type"], "name": resource["name"], "provider_name": resource["provider_name"], "change": change })
    };
    let configured = |resource: &Value| json!({ "address": resource["address"], "mode": "managed", "type": resource["type"], "name": resource["name"], "provider_config_key": "azurerm", "expressions": {}, "schema_version": 0 });
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "planned_values": { "root_module": { "resources": resources } },
        "resource_changes": resources.iter().map(change).collect::<Vec<_>>(),
        "configuration": {
            "provider_config": { "azurerm": { "name": "azurerm", "full_name": "registry.terraform.io/hashicorp/azurerm" } },
            "root_module": { "resources": resources.iter().map(configured).collect::<Vec<_>>() }
        }
    });
    let tree = Tree::new(&[("plan.json", plan.to_string())]);
    let list = listed(&tree, &["--plan", "plan.json"]);
    assert_eq!(action(&list, "azurerm_snapshot.snap"), "may stay", "{list:#}");
    assert_eq!(action(&list, "azurerm_managed_disk.restored"), "upload");
    assert_eq!(action(&list, "azurerm_managed_disk.os"), "decrypt and upload");
    assert_eq!(action(&list, "azurerm_managed_disk.clean"), Value::Null);
    assert_eq!(list["count"], 3);
}

/// A state as `terraform show -json` writes it, and as Terraform keeps it.
fn states(resources: &[Value]) -> [(&'static str, Value); 2] {
    let kept = |resource: &Value| {
        json!({
            "mode": "managed", "type": resource["type"], "name": resource["name"],
            "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]",
            "instances": [{ "schema_version": 0, "attributes": resource["values"], "sensitive_attributes": [] }]
        })
    };
    [
        (
            "state.json",
            json!({ "format_version": "1.0", "terraform_version": "1.11.4", "values": { "root_module": { "resources": resources } } }),
        ),
        (
            "terraform.tfstate",
            json!({
                "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "a", "outputs": {}, "check_results": null,
                "resources": resources.iter().map(kept).collect::<Vec<_>>()
            }),
        ),
    ]
}

#[test]
fn a_state_is_listed_with_and_without_the_code_that_it_is_of() {
    // The code says nothing of the encryption, as where it was switched on by hand, and plans an encryption set.
    let code = r#"
resource "azurerm_managed_disk" "os" {
  name                   = "os"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "FromImage"
  disk_encryption_set_id = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/diskEncryptionSets/des"
}

resource "azurerm_snapshot" "snap" {
  name                = "snap"
  resource_group_name = "rg"
  location            = "westeurope"
  create_option       = "Copy"
  source_resource_id  = azurerm_managed_disk.os.id
}

resource "azurerm_managed_disk" "clean" {
  name                 = "clean"
  resource_group_name  = "rg"
  location             = "westeurope"
  storage_account_type = "Premium_LRS"
  create_option        = "Upload"
  upload_size_bytes    = 21474836992
}
"#;
    for (file, state) in states(&encrypted_resources()) {
        let alone = listed(&Tree::new(&[(file, state.to_string())]), &["--state", file]);
        assert_eq!(action(&alone, "azurerm_snapshot.snap"), "may stay", "{alone:#}");
        assert_eq!(action(&alone, "azurerm_managed_disk.restored"), "upload");
        assert_eq!(action(&alone, "azurerm_managed_disk.os"), "decrypt and upload");
        assert_eq!(alone["count"], 3);
        let list = listed(&Tree::new(&[(file, state.to_string()), ("main.tf", code.to_owned())]), &["--state", file]);
        assert_eq!(action(&list, "azurerm_managed_disk.os"), "decrypt and upload", "{list:#}");
        assert_eq!(action(&list, "azurerm_snapshot.snap"), "may stay");
        // What the code no longer has goes away with the next apply.
        assert_eq!(action(&list, "azurerm_managed_disk.restored"), Value::Null);
        assert_eq!((&list["count"], &list["blocked"]), (&json!(2), &json!(1)));
        let entry = &list["entries"][0];
        let why = format!("it is encrypted, by the state {file}");
        assert_eq!((&entry["place"], &entry["why"]), (&json!("main.tf:2"), &json!(why)));
    }
}

#[test]
fn everything_made_of_a_marked_disk_is_listed() {
    let mut text = GROUP.to_owned();
    text += &machine("win", "windows", "OS", "");
    text += &copy("snapshot", "first", "Copy", "azurerm_windows_virtual_machine.win.os_disk[0].id", "");
    text += &copy("snapshot", "second", "Copy", "azurerm_snapshot.first.id", "");
    text += &copy("managed_disk", "copied", "Copy", "azurerm_snapshot.second.id", "");
    text += &copy("managed_disk", "restored", "Restore", "azurerm_snapshot.first.id", "");
    text += &copy("managed_disk", "empty", "Empty", "", "");
    text += r#"
resource "azurerm_image" "golden" {
  name                = "golden"
  resource_group_name = azurerm_resource_group.g.name
  location            = azurerm_resource_group.g.location
  os_disk {
    os_type         = "Windows"
    os_state        = "Generalized"
    storage_type    = "Standard_LRS"
    managed_disk_id = azurerm_managed_disk.copied.id
  }
}
resource "azurerm_shared_image_version" "v" {
  name                = "1.0.0"
  gallery_name        = "gallery"
  image_name          = "image"
  resource_group_name = azurerm_resource_group.g.name
  location            = azurerm_resource_group.g.location
  os_disk_snapshot_id = azurerm_snapshot.second.id
  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
  }
}
resource "azurerm_windows_virtual_machine" "again" {
  name                = "again"
  resource_group_name = azurerm_resource_group.g.name
  location            = azurerm_resource_group.g.location
  source_image_id     = azurerm_shared_image_version.v.id
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}
"#;
    let list = listed(&Tree::new(&[("main.tf", &text)]), &[]);
    for (address, what) in [
        ("azurerm_windows_virtual_machine.win", "decrypt and upload"),
        ("azurerm_snapshot.first", "may stay"),
        ("azurerm_snapshot.second", "may stay"),
        ("azurerm_managed_disk.copied", "upload"),
        ("azurerm_managed_disk.restored", "upload"),
        ("azurerm_image.golden", "may stay"),
        ("azurerm_shared_image_version.v", "may stay"),
        ("azurerm_windows_virtual_machine.again", "upload"),
    ] {
        assert_eq!(action(&list, address), what, "{address}");
    }
    assert_eq!(list["count"], 8, "{list:#}");
    // Each is shown where it is itself, and says what encrypts it.
    let entries = list["entries"].as_array().unwrap();
    let of = |address: &str| entries.iter().find(|entry| entry["resource"] == address).unwrap();
    let line =
        |header: &str| format!("main.tf:{}", text.lines().position(|line| line.starts_with(header)).unwrap() + 1);
    assert_eq!(of("azurerm_image.golden")["place"], line("resource \"azurerm_image\""));
    assert_eq!(
        of("azurerm_windows_virtual_machine.win")["place"],
        line("resource \"azurerm_windows_virtual_machine\" \"win\"")
    );
    assert_eq!(
        of("azurerm_windows_virtual_machine.win")["why"],
        "Azure Disk Encryption is switched on by azurerm_virtual_machine_extension.win"
    );
}

#[test]
fn what_is_counted_is_counted_by_subscription_region_and_root() {
    let site = |subscription: &str, region: &str| {
        let provider = format!(
            r#"provider "azurerm" {{
  features {{}}
  subscription_id = "{subscription}"
}}
"#
        );
        provider + &GROUP.replace("westeurope", region) + &machine("m", "linux", "All", "")
    };
    let (one, two) = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222");
    let tree = Tree::new(&[
        ("a/main.tf", site(one, "westeurope")),
        ("b/main.tf", site(one, "northeurope")),
        ("c/main.tf", site(two, "westeurope")),
    ]);
    let counts = &listed(&tree, &[])["counts"];
    assert_eq!(counts["subscription"], json!({ one: 2, two: 1 }));
    assert_eq!(counts["region"], json!({ "northeurope": 1, "westeurope": 2 }));
    assert_eq!(counts["root"], json!({ "a": 1, "b": 1, "c": 1 }));
}

#[test]
fn a_tree_without_it_says_so_and_other_formats_are_refused() {
    let tree = Tree::new(&[("main.tf", GROUP)]);
    assert_eq!(tree.run(&["ade"]).out, "nothing has Azure Disk Encryption or is marked by it\n");
    let refused = tree.run(&["ade", "--format", "sarif"]);
    assert!(refused.code == 1 && refused.err.contains("no such format of this list: sarif"), "{}", refused.err);
}
