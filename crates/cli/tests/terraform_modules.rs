//! Terraform's modules and template deployments, from files to findings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const VAULT: &str = r#"variable "purge" {
  type = bool
}
variable "region" {}
variable "name" {}
resource "azurerm_key_vault" "v" {
  name = var.name
  resource_group_name = "rg"
  location = var.region
  tenant_id = "t"
  sku_name = "standard"
  purge_protection_enabled = var.purge
}
resource "azurerm_key_vault_key" "k" {
  name = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type = "RSA"
  key_size = 1024
}
resource "azurerm_disk_encryption_set" "s" {
  name = var.name
  resource_group_name = "rg"
  location = "westeurope"
  key_vault_key_id = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
"#;
const MAIN: &str = r#"module "vault" {
  source   = "org/vault/azurerm"
  for_each = toset(["a", "b"])
  purge    = false
  name     = each.key
  region   = "northeurope"
}
"#;
const MANIFEST: &str = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
 {"Key":"vault","Source":"registry.terraform.io/org/vault/azurerm","Version":"1.0.0","Dir":".terraform/modules/vault"}]}"#;

#[test]
fn faults_of_an_installed_module_stand_at_the_argument_that_brings_them_once_for_all_instances() {
    let tree = Tree::new(&[
        ("live/main.tf", MAIN),
        ("live/.terraform/modules/modules.json", MANIFEST),
        ("live/.terraform/modules/vault/main.tf", VAULT),
    ]);
    let expected = ["live/main.tf:1 CMK002", "live/main.tf:1 CMK020", "live/main.tf:1 CMK071", "live/main.tf:4 CMK070"];
    assert_eq!(tree.found(&[]), expected);
    let ran = tree.run(&["--only", "CMK070"]);
    assert!(ran.out.contains("the same fault was found in 1 further instance"), "{}", ran.out);
    assert!(ran.out.contains(".terraform/modules/vault/main.tf:12:30"), "the way through the module: {}", ran.out);
    assert!(tree.found(&["--call-module-type", "local"]).is_empty());
}

#[test]
fn an_ignore_comment_at_the_call_or_the_argument_holds_for_an_installed_module() {
    let main = MAIN
        .replace("  purge    = false", "  purge    = false # cmklint-ignore: CMK070")
        .replace("module \"vault\"", "# cmklint-ignore: CMK002, CMK020, CMK071\nmodule \"vault\"");
    let tree = Tree::new(&[
        ("main.tf", main.as_str()),
        (".terraform/modules/modules.json", MANIFEST),
        (".terraform/modules/vault/main.tf", VAULT),
    ]);
    assert!(tree.found(&[]).is_empty());
}

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "set": { "type": "string" },
    "location": { "type": "string", "defaultValue": "[resourceGroup().location]" }
  },
  "resources": [
    {
      "type": "Microsoft.Compute/disks",
      "apiVersion": "2023-04-02",
      "name": "d",
      "location": "[parameters('location')]",
      "properties": {
        "creationData": { "createOption": "Empty" },
        "encryption": { "diskEncryptionSetId": "[parameters('set')]" }
      }
    }
  ],
  "outputs": { "disk": { "type": "string", "value": "[resourceId('Microsoft.Compute/disks', 'd')]" } }
}
"#;

const SET: &str = r#"resource "azurerm_resource_group" "g" {
  name     = "g"
  location = "northeurope"
}
resource "azurerm_disk_encryption_set" "s" {
  name                = "s"
  resource_group_name = azurerm_resource_group.g.name
  location            = "westeurope"
  key_vault_key_id    = "https://v.vault.azure.net/keys/k/00000000000000000000000000000000"
  identity {
    type = "SystemAssigned"
  }
}
"#;

fn deployment(content: &str) -> String {
    format!(
        r#"{SET}resource "azurerm_resource_group_template_deployment" "t" {{
  name                = "t"
  resource_group_name = azurerm_resource_group.g.name
  deployment_mode     = "Incremental"
  parameters_content = jsonencode({{
    set = {{ value = azurerm_disk_encryption_set.s.id }}
  }})
  template_content = {content}
}}
"#
    )
}

#[test]
fn a_template_that_terraform_deploys_from_a_file_is_in_its_graph_and_no_root_of_its_own() {
    let main = deployment("file(\"${path.module}/disk.json\")");
    let tree = Tree::new(&[("live/main.tf", main.as_str()), ("live/disk.json", TEMPLATE)]);
    // The group's region is Terraform's, so is the set; the disk is the template's.
    assert_eq!(tree.found(&[]), ["live/disk.json:13 CMK020"]);
    let ran = tree.run(&[]);
    // The label is folded into the frame's width.
    assert!(ran.out.contains("declares it"), "{}", ran.out);
    assert!(ran.out.contains("azurerm_resource_group_template_deployment.t"), "{}", ran.out);
    assert!(ran.out.contains("encryption set 's'"), "{}", ran.out);
    assert!(!ran.err.contains("error"), "{}", ran.err);
}

#[test]
fn a_template_in_a_heredoc_is_shown_line_by_line() {
    let indented: String = TEMPLATE.lines().map(|line| format!("    {line}\n")).collect();
    let text = indented
        .replace("\"name\": \"d\"", "\"name\": \"${azurerm_resource_group.g.name}-d\"")
        .replace("[resourceGroup().location]", "northeurope");
    let main = deployment(&format!(
        r"<<-T
{text}    T"
    ));
    let tree = Tree::new(&[("main.tf", main.as_str())]);
    let line = 1 + main.lines().position(|l| l.contains("\"location\": \"[parameters")).unwrap();
    assert_eq!(tree.found(&[]), [format!("main.tf:{line} CMK020")]);
}

#[test]
fn a_template_made_with_jsonencode_keeps_the_places_of_its_values() {
    let main = deployment(
        r#"jsonencode({
    "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    contentVersion = "1.0.0.0"
    parameters     = { set = { type = "string" } }
    resources = [{
      type       = "Microsoft.Compute/disks"
      apiVersion = "2023-04-02"
      name       = "d-${var.stage}"
      location   = "northeurope"
      properties = {
        encryption = { diskEncryptionSetId = "[parameters('set')]" }
      }
    }]
  })"#,
    ) + "variable \"stage\" {}\n";
    let tree = Tree::new(&[("main.tf", main.as_str())]);
    let line = 1 + main.lines().position(|l| l.contains("location   = \"northeurope\"")).unwrap();
    assert_eq!(tree.found(&[]), [format!("main.tf:{line} CMK020")]);
}

#[test]
fn what_a_template_puts_out_is_known_to_terraform() {
    let main = deployment("file(\"disk.json\")")
        + r#"resource "azurerm_snapshot" "n" {
  name                = "n"
  resource_group_name = "g"
  location            = "eastus"
  create_option       = "Copy"
  source_resource_id  = jsondecode(azurerm_resource_group_template_deployment.t.output_content).disk.value
}
"#;
    let tree = Tree::new(&[("main.tf", main.as_str()), ("disk.json", TEMPLATE)]);
    let found = tree.found(&[]);
    let line = 1 + main.lines().position(|l| l.contains("eastus")).unwrap();
    assert!(found.contains(&format!("main.tf:{line} CMK020")), "{found:?}");
}

#[test]
fn a_broken_template_in_terraform_is_named_where_it_stands_and_the_rest_is_checked() {
    let main = deployment(
        r#"<<T
{ "$schema": "x", "a": "Microsoft.Compute" "b" }
T"#,
    );
    let tree = Tree::new(&[("main.tf", main.as_str()), ("other/main.tf", common::EC_KEY)]);
    let ran = tree.run(&[]);
    let line = 1 + main.lines().position(|l| l.contains("Microsoft.Compute")).unwrap();
    assert!(ran.err.contains(&format!("main.tf:{line}:")), "{}", ran.err);
    assert_eq!(tree.found(&[]), ["other/main.tf:18 CMK001"]);
}

#[test]
fn a_template_is_deployed_with_the_provider_of_the_block_that_deploys_it() {
    let main = format!(
        r#"provider "azurerm" {{
  features {{}}
  subscription_id = "00000000-0000-0000-0000-00000000000a"
}}
provider "azurerm" {{
  alias = "b"
  features {{}}
  subscription_id = "00000000-0000-0000-0000-00000000000b"
}}
{}"#,
        deployment("file(\"disk.json\")").replace(
            "deployment_mode",
            r"provider            = azurerm.b
  deployment_mode"
        )
    );
    let tree = Tree::new(&[("main.tf", main.as_str()), ("disk.json", TEMPLATE)]);
    let found = tree.found(&["--only", "CMK021"]);
    // The argument that hands the set over is where the deploying block decides.
    assert!(found.iter().any(|f| f.starts_with("main.tf:") && f.ends_with(" CMK021")), "{found:?}");
}

#[test]
fn a_template_deployed_to_a_subscription_reaches_the_groups_in_it() {
    let main = format!(
        "{SET}{}",
        r#"resource "azurerm_subscription_template_deployment" "t" {
  name     = "t"
  location = "westeurope"
  parameters_content = jsonencode({ set = { value = azurerm_disk_encryption_set.s.id } })
  template_content = jsonencode({
    "$schema"      = "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
    contentVersion = "1.0.0.0"
    parameters     = { set = { type = "string" } }
    resources = [{
      type          = "Microsoft.Resources/deployments"
      apiVersion    = "2022-09-01"
      name          = "inner"
      resourceGroup = "g"
      properties = {
        mode                        = "Incremental"
        expressionEvaluationOptions = { scope = "outer" }
        template = {
          "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
          contentVersion = "1.0.0.0"
          resources = [{
            type       = "Microsoft.Compute/disks"
            apiVersion = "2023-04-02"
            name       = "d"
            location   = "eastus"
            properties = { encryption = { diskEncryptionSetId = "[parameters('set')]" } }
          }]
        }
      }
    }]
  })
}
"#
    );
    let tree = Tree::new(&[("main.tf", main.as_str())]);
    let line = 1 + main.lines().position(|l| l.contains("eastus")).unwrap();
    assert_eq!(tree.found(&["--only", "CMK020"]), [format!("main.tf:{line} CMK020")]);
}

#[test]
fn a_template_in_the_body_of_an_azapi_resource_is_deployed_too() {
    let main = format!(
        "{SET}{}",
        r#"resource "azapi_resource" "t" {
  type      = "Microsoft.Resources/deployments@2022-09-01"
  name      = "t"
  parent_id = azurerm_resource_group.g.id
  body = {
    properties = {
      mode       = "Incremental"
      parameters = { set = { value = azurerm_disk_encryption_set.s.id } }
      template = {
        "$schema"      = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
        contentVersion = "1.0.0.0"
        parameters     = { set = { type = "string" } }
        resources = [{
          type       = "Microsoft.Compute/disks"
          apiVersion = "2023-04-02"
          name       = "d"
          location   = "[resourceGroup().location]"
          properties = { encryption = { diskEncryptionSetId = "[parameters('set')]" } }
        }]
      }
    }
  }
}
"#
    );
    let tree = Tree::new(&[("main.tf", main.as_str())]);
    let line = 1 + main.lines().position(|l| l.contains("[resourceGroup().location]")).unwrap();
    assert_eq!(tree.found(&["--only", "CMK020"]), [format!("main.tf:{line} CMK020")]);
}

#[test]
fn templates_that_make_more_than_a_deployment_may_hold_end_with_a_diagnostic() {
    let disks = TEMPLATE.replace(
        "\"name\": \"d\"",
        "\"name\": \"[concat('d', copyIndex())]\", \"copy\": { \"name\": \"c\", \"count\": 200 }",
    );
    let main = deployment("file(\"disk.json\")").replace(
        "  name                = \"t\"",
        r#"  count = 200
  name = "t${count.index}""#,
    );
    let tree = Tree::new(&[("main.tf", main.as_str()), ("disk.json", disks.as_str())]);
    let ran = tree.run(&[]);
    assert!(ran.err.contains("too-many-templates"), "{}", ran.err);
    assert_eq!(ran.code, 2);
}

#[test]
fn what_is_no_template_is_named_at_the_argument_and_the_rest_is_checked() {
    let main =
        deployment("file(\"main.tf\")").replace("jsonencode({", "upper({") + "# Microsoft.Compute\n" + common::EC_KEY;
    let tree = Tree::new(&[("main.tf", main.as_str())]);
    let ran = tree.run(&[]);
    let line = 1 + main.lines().position(|l| l.contains("template_content")).unwrap();
    assert!(ran.err.contains("template-not-read") && ran.err.contains(&format!("main.tf:{line}:")), "{}", ran.err);
    assert_eq!(tree.found(&["--only", "CMK001"]).len(), 1);
}

/// A module whose key is of the kind that it is given, and what a root gives it.
const KEYS: &str = "variable \"kind\" {}\nresource \"azurerm_key_vault_key\" \"k\" {\n  name = \"k\"\n  key_vault_id = \"v\"\n  key_type = var.kind\n  key_size = 2048\n}\n\
resource \"azurerm_disk_encryption_set\" \"s\" {\n  name = \"s\"\n  resource_group_name = \"rg\"\n  location = \"westeurope\"\n  key_vault_key_id = azurerm_key_vault_key.k.id\n  identity {\n    type = \"SystemAssigned\"\n  }\n}\n";

fn calling(source: &str, more: &str) -> String {
    format!(
        r#"module "keys" {{
  source = "{source}"
  kind = "EC"
{more}}}
"#
    )
}

#[test]
fn a_remote_address_whose_source_is_in_the_tree_is_looked_into_where_it_takes_what_the_call_gives() {
    for (source, at) in [
        ("git::ssh://git@github.com/acme/infra.git//modules/keys?ref=v1.2.0", "modules/keys"),
        ("git@github.com:acme/infra.git//modules/keys", "modules/keys"),
        ("github.com/acme/infra//modules/keys", "stacks/modules/keys"),
        ("acme/keys/azurerm", "terraform-azurerm-keys"),
        ("app.terraform.io/acme/keys/azurerm", "modules/terraform-azurerm-keys"),
        ("acme/keys/azurerm//modules/one", "terraform-azurerm-keys/modules/one"),
        ("acme/infra/azurerm//modules/keys", "modules/keys"),
        ("git::git@ssh.dev.azure.com:v3/acme/project/infra//modules/keys", "modules/keys"),
        ("git::https://dev.azure.com/acme/project/_git/infra//modules/keys?ref=main", "modules/keys"),
        ("git::https://gitlab.com/acme/group/infra.git//terraform/modules/keys", "modules/keys"),
        ("git::https://github.com/acme/tf-keys.git", "modules/tf-keys"),
        ("https://example.com/modules.zip//modules/keys", "modules/keys"),
    ] {
        let module = format!("{at}/main.tf");
        let call = calling(source, "");
        let tree = Tree::new(&[("stacks/app/main.tf", call.as_str()), (&module, KEYS)]);
        let found = tree.found(&["."]);
        assert!(found.len() == 1 && found[0].ends_with("CMK001"), "{source}: {found:?}");
        // Another repository may have a folder of that name.
        for (call, module_text) in [
            (calling(source, "  size = 1\n"), KEYS.to_owned()),
            (call.clone(), format!("{KEYS}variable \"needed\" {{}}\n")),
        ] {
            let other = Tree::new(&[("stacks/app/main.tf", call.as_str()), (&module, &module_text)]);
            assert_eq!(other.found(&["."]), [""; 0], "{source}");
        }
    }
}

#[test]
fn a_module_whose_remote_address_is_its_own_is_no_loop() {
    let source = "git::https://github.com/acme/infra.git//modules/keys";
    let itself = format!("{KEYS}{}", calling(source, ""));
    let tree = Tree::new(&[("main.tf", calling(source, "").as_str()), ("modules/keys/main.tf", &itself)]);
    let ran = tree.run(&["."]);
    assert!(ran.code == 2 && !ran.err.contains("module-cycle") && !ran.err.contains("error"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_stand_in_is_silent_on_a_version_that_takes_other_inputs() {
    let vault = |more: &str| {
        format!(
            r#"module "vault" {{
  source              = "Azure/avm-res-keyvault-vault/azurerm"
  name                = "kv-example"
  location            = "westeurope"
  resource_group_name = "rg"
  tenant_id           = "t"
  sku_name            = "standard"
  keys                = {{ k = {{ name = "k", key_type = "RSA", key_size = 2048 }} }}
{more}}}
resource "azurerm_disk_encryption_set" "s" {{
  name                = "s"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = module.vault.keys["k"].id
  identity {{ type = "SystemAssigned" }}
}}
"#
        )
    };
    let found = |more: &str| -> Vec<String> {
        let text = vault(more);
        let lines = Tree::new(&[("main.tf", text.as_str())]).found(&["--disable-rule", "CMK073"]);
        let mut ids: Vec<String> = lines.iter().filter_map(|line| line.rsplit(' ').next()).map(str::to_owned).collect();
        ids.sort();
        ids
    };
    assert_eq!(found(""), ["CMK071"]);
    assert_eq!(found("  purge_protection_enabled = false\n"), ["CMK070", "CMK071"]);
    // Another version may give access by other inputs.
    assert_eq!(found("  access = { x = 1 }\n"), [""; 0]);
    assert_eq!(found("  access = { x = 1 }\n  purge_protection_enabled = false\n"), ["CMK070"]);
}
