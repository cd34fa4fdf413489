//! Terraform's relatives as a user meets them: OpenTofu, Terragrunt, plans and states.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

#[test]
fn open_tofus_own_file_is_read_and_the_one_it_stands_for_is_not() {
    let tree = Tree::new(&[("main.tofu", EC_KEY), ("main.tf", EC_KEY)]);
    assert_eq!(tree.found(&[]), ["main.tofu:18 CMK001"]);
    assert!(tree.run(&["--verbose"]).err.contains("OpenTofu's own file of this name"));
}

#[test]
fn tests_and_stacks_are_skipped_with_a_note() {
    let broken = "this is = { no configuration";
    let tree = Tree::new(&[
        ("main.tf", EC_KEY),
        ("main.tftest.hcl", broken),
        ("a.tftest.json", broken),
        ("b.tofutest.hcl", broken),
        ("c.tfcomponent.hcl", broken),
        ("d.tfdeploy.hcl", broken),
        ("e.tfstack.hcl", broken),
    ]);
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
    let quiet = tree.run(&[]);
    assert_eq!((quiet.code, quiet.err.contains("not read")), (2, false));
    let ran = tree.run(&["--verbose"]);
    assert_eq!(ran.err.matches("not read: it is").count(), 6, "{}", ran.err);
}

#[test]
fn a_unit_of_terragrunt_is_the_root_and_its_module_is_none() {
    let module = EC_KEY.replace("\"westeurope\"", "var.location").replace("\"EC\"", "var.kind");
    let module = format!(
        r#"{module}variable "location" {{}}
variable "kind" {{ default = "EC" }}
"#
    );
    let unit = |kind: &str| {
        format!(
            r#"include "root" {{
  path = find_in_parent_folders("root.hcl")
}}
terraform {{
  source = "../../modules//key"
}}
inputs = {{
  kind = "{kind}"
}}
"#
        )
    };
    let root = r#"inputs = {
  location = "westeurope"
}
"#;
    let tree = Tree::new(&[
        ("live/root.hcl", root.to_owned()),
        ("live/good/terragrunt.hcl", unit("RSA")),
        ("modules/key/main.tf", module),
    ]);
    // The module's own default is not what is deployed.
    assert!(tree.found(&[]).is_empty(), "{:?}", tree.run(&[]).out);
    tree.write("live/bad/terragrunt.hcl", unit("EC").as_bytes());
    assert_eq!(tree.found(&[]), ["live/bad/terragrunt.hcl:8 CMK001"]);
    let ran = tree.run(&["--format", "default"]);
    assert!(ran.out.contains("live/bad/terragrunt.hcl"), "{}", ran.out);
}

/// A plan of the configuration [`MOVED`]: a disk with a key of its own, in the resource group `now`, that was in `rg-old`.
fn plan(now: &str, version: &str) -> String {
    let id = |group: &str, kind: &str, name: &str| {
        format!(
            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/{group}/providers/Microsoft.Compute/{kind}/{name}"
        )
    };
    let set = id("rg-old", "diskEncryptionSets", "des");
    let disk = |group: &str| {
        serde_json::json!({
            "name": "d", "location": "westeurope", "resource_group_name": group, "storage_account_type": "Premium_LRS",
            "create_option": "Empty", "disk_size_gb": 10, "disk_encryption_set_id": set, "encryption_settings": []
        })
    };
    let with_id = |mut value: serde_json::Value, id: String| {
        value["id"] = serde_json::json!(id);
        value
    };
    let before = with_id(disk("rg-old"), id("rg-old", "disks", "d"));
    let (actions, after, unknown) = match now {
        "rg-old" => (serde_json::json!(["no-op"]), before.clone(), serde_json::json!({})),
        _ => (serde_json::json!(["delete", "create"]), disk(now), serde_json::json!({"id": true})),
    };
    let des = with_id(
        serde_json::json!({
            "name": "des", "location": "westeurope", "resource_group_name": "rg-old", "encryption_type": "EncryptionAtRestWithCustomerKey",
            "key_vault_key_id": "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef", "identity": [{"type": "SystemAssigned"}]
        }),
        set.clone(),
    );
    let provider = "registry.terraform.io/hashicorp/azurerm";
    let resource = |kind: &str, name: &str| serde_json::json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "provider_name": provider});
    let with = |mut resource: serde_json::Value, key: &str, value: serde_json::Value| {
        resource[key] = value;
        resource
    };
    let (d, s) = (resource("azurerm_managed_disk", "d"), resource("azurerm_disk_encryption_set", "s"));
    serde_json::to_string_pretty(&serde_json::json!({
        "format_version": version, "terraform_version": "1.11.4",
        "variables": {"group": {"value": now}},
        "planned_values": {"root_module": {"resources": [
            with(d.clone(), "values", after.clone()), with(s.clone(), "values", des.clone())]}},
        "resource_changes": [
            with(d.clone(), "change", serde_json::json!({"actions": actions, "before": before, "after": after, "after_unknown": unknown})),
            with(s.clone(), "change", serde_json::json!({"actions": ["no-op"], "before": des, "after": des, "after_unknown": {}}))
        ],
        "prior_state": {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": [
            with(d.clone(), "values", before), with(s.clone(), "values", des.clone())]}}},
        "configuration": {"root_module": {
            "variables": {"group": {}},
            "resources": [
                with(d, "expressions", serde_json::json!({
                    "name": {"constant_value": "d"}, "location": {"constant_value": "westeurope"},
                    "resource_group_name": {"references": ["var.group"]}, "storage_account_type": {"constant_value": "Premium_LRS"},
                    "create_option": {"constant_value": "Empty"}, "disk_size_gb": {"constant_value": 10},
                    "disk_encryption_set_id": {"references": ["azurerm_disk_encryption_set.s.id", "azurerm_disk_encryption_set.s"]}})),
                with(s, "expressions", serde_json::json!({
                    "name": {"constant_value": "des"}, "location": {"constant_value": "westeurope"},
                    "resource_group_name": {"constant_value": "rg-old"},
                    "key_vault_key_id": {"constant_value": "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"},
                    "identity": [{"type": {"constant_value": "SystemAssigned"}}]}))
            ]}}
    }))
    .unwrap()
}

const MOVED: &str = r#"variable "group" {}

resource "azurerm_managed_disk" "d" {
  name                   = "d"
  location               = "westeurope"
  resource_group_name    = var.group
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = azurerm_disk_encryption_set.s.id
}

resource "azurerm_disk_encryption_set" "s" {
  name                = "des"
  location            = "westeurope"
  resource_group_name = "rg-old"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
"#;

#[test]
fn a_plan_says_what_stood_before_and_what_is_made_anew() {
    let tree = Tree::new(&[("root/main.tf", MOVED.to_owned()), ("out/plan.json", plan("rg-new", "1.2"))]);
    assert!(tree.found(&["root"]).is_empty());
    assert_eq!(tree.found(&["root", "--plan", "out/plan.json"]), ["root/main.tf:6 CMK030"]);
    let ran = tree.run(&["root", "--plan", "out/plan.json"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.out.contains("Terraform will destroy it and create it again"), "{}", ran.out);
    assert!(ran.out.contains("out/plan.json"), "{}", ran.out);
    tree.write("out/plan.json", plan("rg-old", "1.2").as_bytes());
    assert!(tree.found(&["root", "--plan", "out/plan.json"]).is_empty());
}

#[test]
fn without_its_configuration_a_plan_is_checked_by_itself() {
    let tree = Tree::new(&[("plan.json", plan("rg-new", "1.2"))]);
    let place = tree.found(&["plan.json"]);
    assert!(place.len() == 1 && place[0].starts_with("plan.json:") && place[0].ends_with("CMK030"), "{place:?}");
    assert_eq!(tree.found(&["--plan", "plan.json"]), place);
}

#[test]
fn a_plan_that_lies_about_is_not_read_unless_it_is_named() {
    let tree = Tree::new(&[
        ("main.tf", MOVED.to_owned()),
        ("plan.json", plan("rg-new", "1.2")),
        ("terraform.tfstate", "{".to_owned()),
    ]);
    let ran = tree.run(&["--verbose"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.err.contains("--plan or --state names"), "{}", ran.err);
    assert_eq!(tree.found(&[".", "plan.json"]), ["main.tf:6 CMK030"]);
}

#[test]
fn a_plan_of_an_unknown_format_is_an_error_and_the_others_are_checked() {
    let tree = Tree::new(&[
        ("main.tf", EC_KEY.to_owned()),
        ("plan.json", plan("rg-new", "2.0")),
        ("cut.json", plan("rg-new", "1.2")[..900].to_owned()),
    ]);
    let ran = tree.run(&["--plan", "plan.json", "--plan", "cut.json", "--format", "compact"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("plan.json:2") && ran.err.contains("2.0"), "{}", ran.err);
    assert!(ran.err.contains("cut.json") && ran.err.contains("broken JSON"), "{}", ran.err);
    assert!(ran.out.contains("CMK001"), "{}", ran.out);
    tree.write("saved", b"PK\x03\x04\xff");
    let ran = tree.run(&["--plan", "saved"]);
    assert!(ran.code == 1 && ran.err.contains("terraform show -json"), "{}", ran.err);
    let ran = tree.run(&["--plan", "nowhere.json"]);
    assert!(ran.code == 1 && ran.err.contains("nowhere.json: no such file"), "{}", ran.err);
}

#[test]
fn a_plan_takes_the_place_of_its_own_environment_alone() {
    let tree = Tree::new(&[
        ("main.tf", MOVED.to_owned()),
        ("env/dev.tfvars", "group = \"rg-dev\"\n".to_owned()),
        ("env/prod.tfvars", "group = \"rg-new\"\n".to_owned()),
        ("plan.json", plan("rg-new", "1.2")),
    ]);
    let deployments = |args: &[&str]| {
        let ran = tree.run(&[args, &["--statistics"]].concat());
        let line = ran.err.lines().find(|l| l.starts_with("deployments")).unwrap().to_owned();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(deployments(&[]), "2");
    assert_eq!(deployments(&["--plan", "plan.json"]), "2", "prod is the plan's now");
    assert_eq!(tree.found(&["--plan", "plan.json"]), ["main.tf:6 CMK030"]);
}

#[test]
fn a_state_is_what_stood_before_its_root() {
    let plan: serde_json::Value = serde_json::from_str(&plan("rg-new", "1.2")).unwrap();
    let mut shown = plan["prior_state"].clone();
    shown["terraform_version"] = serde_json::json!("1.11.4");
    let now = MOVED.replace("var.group", "\"rg-new\"");
    let tree = Tree::new(&[("main.tf", now.clone()), ("state.json", shown.to_string())]);
    assert_eq!(tree.found(&["--state", "state.json"]), ["main.tf:6 CMK030"]);
    assert!(tree.found(&[]).is_empty());
    // The state alone is checked as what it is.
    let tree = Tree::new(&[("state.json", shown.to_string())]);
    assert!(tree.found(&["--state", "state.json"]).is_empty());
    assert!(!tree.run(&["--state", "state.json", "--statistics"]).err.contains("resources    0"));
}

/// `text` as programs on Windows write it: UTF-16 in both orders, and UTF-8 with a byte order mark.
fn on_windows(text: &str) -> [Vec<u8>; 3] {
    let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.replace('\n', "\r\n").encode_utf16().flat_map(bytes)).collect()
    };
    [wide([0xff, 0xfe], u16::to_le_bytes), wide([0xfe, 0xff], u16::to_be_bytes), format!("\u{feff}{text}").into_bytes()]
}

#[test]
fn plans_of_every_encoding_and_format_are_read_wherever_they_are_named() {
    for version in ["0.1", "0.2", "1.0", "1.2"] {
        for bytes in on_windows(&plan("rg-new", version)) {
            let tree = Tree::new(&[("plan.json", bytes)]);
            for args in [["--plan", "plan.json"].as_slice(), &["plan.json"]] {
                let ran = tree.run(args);
                assert_eq!((ran.code, ran.err.as_str()), (2, ""), "{version} {args:?}: {}", ran.out);
                assert!(ran.out.contains("CMK030"), "{version} {args:?}: {}", ran.out);
            }
        }
    }
}

#[test]
fn a_plan_alone_is_something_to_read() {
    let none = "no Terraform, ARM JSON or Bicep files here";
    let tree = Tree::new(&[("x/plan.json", plan("rg-old", "1.2"))]);
    for args in [["--plan", "x/plan.json"].as_slice(), &["x/plan.json"], &["--state", "x/plan.json"]] {
        let ran = tree.run(args);
        assert!(!ran.err.contains(none), "{args:?}: {}", ran.err);
    }
    assert!(tree.run(&[]).err.contains(none));
}

#[test]
fn states_of_every_encoding_are_read() {
    let state = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": [
      {"mode": "managed", "type": "azurerm_managed_disk", "name": "d", "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]",
       "instances": [{"schema_version": 0, "attributes": {"name": "d", "location": "northeurope", "resource_group_name": "rg", "create_option": "Empty",
         "disk_encryption_set_id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des",
         "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/disks/d"}}]},
      {"mode": "managed", "type": "azurerm_disk_encryption_set", "name": "s", "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]",
       "instances": [{"schema_version": 0, "attributes": {"name": "des", "location": "westeurope", "resource_group_name": "rg",
         "key_vault_key_id": "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef",
         "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des"}}]}]}
"#;
    let plain =
        Tree::new(&[("terraform.tfstate", state)]).run(&["--state", "terraform.tfstate", "--format", "compact"]);
    assert!(plain.out.contains("CMK020"), "{} {}", plain.out, plain.err);
    for bytes in on_windows(state) {
        let tree = Tree::new(&[("terraform.tfstate", bytes)]);
        for args in [["--state", "terraform.tfstate"].as_slice(), &["terraform.tfstate"]] {
            let ran = tree.run(&[args, &["--format", "compact"]].concat());
            assert!(ran.out.contains("CMK020") && ran.err.is_empty(), "{args:?}: {} {}", ran.out, ran.err);
        }
    }
}

#[test]
fn templates_and_parameter_files_of_every_encoding_are_read() {
    let bicep = "param keyType string\nresource v 'Microsoft.KeyVault/vaults@2023-07-01' = { name: 'kv', location: 'westeurope', properties: {} }\n\
        resource k 'Microsoft.KeyVault/vaults/keys@2023-07-01' = { parent: v, name: 'k', properties: { kty: keyType } }\n\
        resource s 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = { name: 'des', location: 'westeurope', properties: { activeKey: { keyUrl: k.properties.keyUri } } }\n"
        .replace(", ", "\n").replace("{ ", "{\n").replace(" }", "\n}");
    let parameters = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
      "contentVersion": "1.0.0.0", "parameters": {"keyType": {"value": "EC"}}}"#;
    let plain = Tree::new(&[("main.bicep", bicep.as_str()), ("main.parameters.json", parameters)]);
    assert!(plain.run(&[]).out.contains("CMK001"), "{} {}", plain.run(&[]).out, plain.run(&[]).err);
    for (template, given) in on_windows(&bicep).into_iter().zip(on_windows(parameters)) {
        let tree = Tree::new(&[("main.bicep", template), ("main.parameters.json", given)]);
        let ran = tree.run(&[]);
        assert!(ran.out.contains("CMK001") && ran.err.is_empty(), "{} {}", ran.out, ran.err);
    }
}

#[test]
fn a_terragrunt_unit_has_the_outputs_of_the_units_that_it_depends_on() {
    let set = r#"variable "location" {}
resource "azurerm_disk_encryption_set" "s" {
  name                = "s"
  location            = var.location
  resource_group_name = "g"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
}
output "id" { value = azurerm_disk_encryption_set.s.id }
"#;
    let group = r#"variable "region" {}
output "region" { value = var.region }
"#;
    let disk = r#"variable "location" {}
variable "set" {}
resource "azurerm_managed_disk" "d" {
  name                   = "d"
  location               = var.location
  resource_group_name    = "g"
  create_option          = "Empty"
  storage_account_type   = "Premium_LRS"
  disk_encryption_set_id = var.set
}
"#;
    let unit = |source: &str, rest: &str| {
        format!(
            r#"terraform {{
  source = "../../modules/{source}"
}}
{rest}"#
        )
    };
    let depends = |on: &str| {
        format!(
            r#"dependency "{on}" {{
  config_path = "../{on}"
  mock_outputs = {{ id = "", region = "uksouth" }}
}}
"#
        )
    };
    let disk_unit = |location: &str| {
        unit(
            "disk",
            &format!(
                r#"{}inputs = {{
  location = "{location}"
  set = dependency.set.outputs.id
}}
"#,
                depends("set")
            ),
        )
    };
    // The region comes from a unit without a disk or a key, which is not looked at otherwise.
    let set_unit = unit(
        "set",
        &format!(
            r"{}inputs = {{
  location = dependency.group.outputs.region
}}
",
            depends("group")
        ),
    );
    let group_unit = unit("group", "inputs = { region = \"westeurope\" }\n");
    let tree = Tree::new(&[
        ("modules/set/main.tf", set),
        ("modules/group/main.tf", group),
        ("modules/disk/main.tf", disk),
        ("live/group/terragrunt.hcl", &group_unit),
        ("live/set/terragrunt.hcl", &set_unit),
        ("live/disk/terragrunt.hcl", &disk_unit("northeurope")),
    ]);
    assert_eq!(tree.found(&["--only", "CMK020", "."]), ["live/disk/terragrunt.hcl:9 CMK020"]);
    tree.write("live/disk/terragrunt.hcl", disk_unit("westeurope").as_bytes());
    assert_eq!(tree.found(&["--only", "CMK020", "."]), [""; 0]);
    // Units that depend on each other, or on themselves, give each other nothing.
    let circle = unit("group", &format!("{}inputs = {{ region = dependency.set.outputs.id }}\n", depends("set")));
    tree.write("live/group/terragrunt.hcl", circle.as_bytes());
    assert_eq!(tree.found(&["--only", "CMK020", "."]), [""; 0]);
}
