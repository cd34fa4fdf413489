//! What a run looked at and what it did not: the summary's last line, JSON, SARIF, `cmklint modules`, `cmklint roots`, `--strict`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};
use serde_json::{Value, json};

const CALLS: &str = r#"variable "location" {}
variable "size" { default = 1 }
module "vm" {
  source   = "Azure/compute/azurerm"
  location = var.location
}
resource "azurerm_key_vault" "v" {
  name     = "kv-of-net"
  location = var.location
}
"#;

const BICEP: &str = "param name string
param location string = resourceGroup().location
module site 'br/public:avm/res/web/site:1.0.0' = { name: 'x' }
resource d 'Microsoft.Compute/disks@2023-01-02' = { name: name, location: location }
";

const PARAMETERS: &str = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0", "parameters": {"nobody": {"value": 1}}}"#;

fn dark() -> Tree {
    Tree::new(&[
        ("net/main.tf", CALLS),
        ("app/main.bicep", BICEP),
        ("old/vm.parameters.json", PARAMETERS),
        ("keys/main.tf", EC_KEY),
        ("old/prod.tfvars", "nobody = 1\n"),
    ])
}

fn json(tree: &Tree, args: &[&str]) -> Value {
    let ran = tree.run(&[&["--format", "json"], args].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err))
}

#[test]
fn the_report_ends_with_what_was_looked_at_and_what_was_not() {
    let out = dark().run(&[]).out;
    let end: Vec<&str> = out.trim_end().lines().rev().take(3).collect();
    assert_eq!(
        end.into_iter().rev().collect::<Vec<_>>().join("\n"),
        "1 finding (1 error)\n\
         3 roots, 7 resources; not looked into: 2 modules (`cmklint modules`), 2 input files of no root, 2\n\
         inputs without a value"
    );
}

#[test]
fn no_findings_says_what_was_looked_at() {
    let tree = Tree::new(&[("main.tf", "resource \"azurerm_disk_encryption_set\" \"d\" {}\n")]);
    assert_eq!(tree.run(&[]).out, "no findings\n1 root, 1 resource\n");
    assert_eq!(tree.run(&["--quiet"]).out, "no findings\n");
}

#[test]
fn formats_for_machines_leave_the_line_to_standard_error() {
    let tree = dark();
    for format in ["compact", "github", "junit"] {
        let ran = tree.run(&["--format", format]);
        assert!(ran.err.starts_with("3 roots, 7 resources; not looked into: 2 modules"), "{format}: {}", ran.err);
        assert_eq!(tree.run(&["--format", format, "--quiet"]).err, "");
    }
    let clear = Tree::new(&[("main.tf", EC_KEY)]);
    assert_eq!(clear.run(&["--format", "compact"]).err, "");
}

#[test]
fn json_names_each_thing_that_was_not_looked_into() {
    let report = json(&dark(), &[]);
    let coverage = &report["coverage"];
    assert_eq!((&coverage["roots"], &coverage["resources"]), (&json!(3), &json!(7)));
    let named: Vec<(&str, &str)> = coverage["not_looked_into"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unseen| (unseen["kind"].as_str().unwrap(), unseen["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            ("module", "br/public:avm/res/web/site:1.0.0"),
            ("module", "Azure/compute/azurerm"),
            ("variable-file", "old/prod.tfvars"),
            ("parameter-file", "old/vm.parameters.json"),
            ("parameter", "name"),
            ("variable", "location"),
        ]
    );
}

#[test]
fn sarif_has_the_same_as_notifications() {
    let ran = dark().run(&["--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let of = |id: &str| notes.iter().filter(|note| note["descriptor"]["id"] == id).collect::<Vec<_>>();
    assert!(of("coverage")[0]["message"]["text"].as_str().unwrap().starts_with("3 roots, 7 resources;"));
    let unseen = of("not-looked-into");
    assert_eq!(unseen.len(), 6);
    assert_eq!(unseen[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "net/main.tf");
    assert!(notes.iter().all(|note| note["level"] == "note"), "{notes:?}");
}

#[test]
fn an_input_that_something_gives_is_known() {
    let tree = Tree::new(&[("main.tf", CALLS), ("x.bicep", BICEP), ("x.parameters.json", PARAMETERS)]);
    let kinds = |args: &[&str]| -> Vec<String> {
        let report = json(&tree, args);
        let unseen = report["coverage"]["not_looked_into"].as_array().unwrap().iter();
        unseen.filter(|u| u["kind"] != "module").map(|u| u["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&[]), ["location", "name"]);
    assert_eq!(kinds(&["--var", "location=westeurope"]), ["name"]);
    tree.write("terraform.tfvars", b"location = \"westeurope\"");
    tree.write("x.parameters.json", PARAMETERS.replace("nobody", "Name").as_bytes());
    assert_eq!(kinds(&[]), Vec::<String>::new());
}

#[test]
fn a_variable_is_without_value_where_one_set_of_inputs_gives_it_none() {
    let variables: String =
        ["all", "each", "some", "default", "none"].map(|v| format!("variable \"{v}\" {{}}\n")).concat();
    let main = variables.replace("\"default\" {}", "\"default\" {\n default = 1\n}") + EC_KEY;
    let tree = Tree::new(&[
        ("main.tf", main.as_str()),
        ("terraform.tfvars", "all = 1\n"),
        ("env/dev.tfvars", "each = 1\nsome = 1\n"),
        ("env/prod.tfvars", "each = 1\n"),
        ("env/test.tfvars", "some = 1\neach = 1\n"),
    ]);
    let report = json(&tree, &[]);
    let unseen = report["coverage"]["not_looked_into"].as_array().unwrap().iter();
    // One set is of no environment: it has only the file that all have.
    assert_eq!(unseen.map(|u| u["name"].as_str().unwrap()).collect::<Vec<_>>(), ["each", "none", "some"]);
}

#[test]
fn modules_are_listed_with_why_and_how_to_have_them_looked_into() {
    let tree = dark();
    assert_eq!(
        tree.run(&["modules"]).out,
        "br/public:avm/res/web/site:1.0.0\n  called at  app/main.bicep:3\n  \
           why        a module of a registry that is not in the local restore cache\n  \
           way        `bicep restore` keeps it on the disk, so that it can be looked into\n\
         Azure/compute/azurerm\n  called at  net/main.tf:4\n  \
           why        module 'vm' is not local: what it makes is not known\n  \
           way        terraform init installs it, so that it can be looked into\n"
    );
    let list: Value = serde_json::from_str(&tree.run(&["modules", "net", "--format", "json"]).out).unwrap();
    assert_eq!(list["modules"].as_array().unwrap().len(), 1);
    assert_eq!(list["modules"][0]["filename"], "net/main.tf");
    let none = Tree::new(&[("main.tf", EC_KEY)]);
    assert_eq!(none.run(&["modules"]).out, "all modules that are called were looked into\n");
    assert_eq!(none.run(&["modules", "--format", "sarif"]).code, 1);
}

#[test]
fn roots_are_listed_with_their_inputs_and_what_joins_them() {
    let set = EC_KEY.replace("\"EC\"", "\"RSA\"").replace("curve        = \"P-256\"", "key_size = 2048");
    let disk = r#"
variable "size" { type = number }
data "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
}
resource "azurerm_managed_disk" "d" {
  name                   = "d"
  location               = "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Standard_LRS"
  create_option          = "Empty"
  disk_size_gb           = var.size
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}
"#;
    let tree = Tree::new(&[
        ("keys/main.tf", set.as_str()),
        ("apps/main.tf", disk),
        ("apps/prod.tfvars", "size = 1"),
        ("dns/main.tf", "resource \"azurerm_dns_zone\" \"z\" {}\n"),
    ]);
    assert_eq!(
        tree.run(&["roots"]).out,
        "apps (Terraform)\n  apps/prod.tfvars: environment prod, 2 resources\n    names resources of keys\n\
         dns (Terraform)\n  not evaluated: nothing in it can reach a compute or key vault resource\n\
         keys (Terraform)\n  no input file: 5 resources\n\
         3 roots, 1 environment, 7 resources\n"
    );
    let list: Value = serde_json::from_str(&tree.run(&["roots", "--format", "json"]).out).unwrap();
    let joined = &list["roots"][0]["deployments"][0]["joined"];
    assert_eq!(joined, &json!([{ "deployment": "keys", "how": "id" }]));
}

#[test]
fn a_limit_that_leaves_something_out_is_said_and_fails_a_strict_run() {
    let tree = Tree::new(&[("main.tf", "module \"m\" { source = \"./m0\" }\n")]);
    for at in 0..40 {
        let text = format!("module \"m\" {{ source = \"../m{}\" }}\n", at + 1);
        tree.write(&format!("m{at}/main.tf"), text.as_bytes());
    }
    tree.write("m40/main.tf", b"resource \"azurerm_disk_encryption_set\" \"d\" {}\n");
    let ran = tree.run(&[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.ends_with("not looked into: 1 part beyond a limit\n"), "{}", ran.out);
    assert_eq!(tree.run(&["--strict"]).code, 1);
    assert_eq!(dark().run(&["--strict", "net"]).code, 0);
}

/// A set in westeurope, and a disk whose region hangs on so many parameters that not all worlds are looked at: `first` in those that are, `last` where none
/// of the conditions holds.
fn many_worlds(first: &str, last: &str) -> Tree {
    const CONDITIONS: usize = 80;
    let parameters: String = (0..CONDITIONS).map(|at| format!("param p{at} bool\n")).collect();
    let arms: String = (0..CONDITIONS).map(|at| format!("p{at} ? '{first}{at}' : ")).collect();
    let text = format!(
        "{parameters}var tier = {arms}'{last}'\nvar region = startsWith(tier, 'north') ? 'northeurope' : 'westeurope'
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'des'
  location: 'westeurope'
  properties: {{ activeKey: {{ keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }} }}
}}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {{
  name: 'disk'
  location: region
  properties: {{ creationData: {{ createOption: 'Empty' }}, encryption: {{ diskEncryptionSetId: des.id }} }}
}}
"
    );
    Tree::new(&[("main.bicep", text)])
}

#[test]
fn beyond_the_limit_of_worlds_a_finding_is_not_certain_and_a_run_says_so() {
    let confidence = |tree: &Tree| {
        let report: Value = serde_json::from_str(&tree.run(&["--format", "json", "--only", "CMK020"]).out).unwrap();
        let all: Vec<Value> = report["issues"].as_array().unwrap().iter().map(|i| i["confidence"].clone()).collect();
        all
    };
    // Wherever the first conditions hold the disk is in another region, and where none does it is not.
    let wrong_at_first = many_worlds("north", "west");
    let told = confidence(&wrong_at_first);
    assert!(told.iter().all(|confidence| confidence == "conditional"), "{told:?}");
    // The other way round: the fault is in a world that is not looked at. It may be missing, but the run says that it did not look.
    let wrong_at_last = many_worlds("west", "north");
    let told = confidence(&wrong_at_last);
    assert!(told.iter().all(|confidence| confidence == "conditional"), "{told:?}");
    for tree in [&wrong_at_first, &wrong_at_last] {
        let ran = tree.run(&["--only", "CMK020", "--format", "compact"]);
        let is_told = !ran.out.is_empty() && ran.out.contains("CMK020") || ran.err.contains("too-many-worlds");
        assert!(is_told, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_root_that_is_not_evaluated_has_modules_too() {
    let call = "module \"x\" { source = \"Example/dns/azurerm\" }\n";
    let tree = Tree::new(&[("main.tf", "module \"m\" { source = \"./m\" }\n"), ("m/main.tf", call)]);
    assert_eq!(tree.run(&[]).out, "no findings\n1 root, 0 resources; not looked into: 1 module (`cmklint modules`)\n");
    assert!(tree.run(&["modules"]).out.contains("Example/dns/azurerm\n  called at  m/main.tf:1\n"));
}

#[test]
fn a_collection_of_three_hundred_is_looked_at_whole_in_each_language() {
    let region = |at: usize| if at == 290 { "northeurope" } else { "westeurope" };
    let items = |item: &dyn Fn(usize) -> String| (0..300).map(item).collect::<String>();
    let terraform = format!(
        "locals {{\n  disks = {{\n{}  }}\n}}\n{SET}resource \"azurerm_managed_disk\" \"d\" {{\n  for_each = local.disks\n  name = each.key\n  \
         location = each.value\n  resource_group_name = \"rg\"\n  storage_account_type = \"Premium_LRS\"\n  create_option = \"Empty\"\n  \
         disk_size_gb = 10\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id\n}}\n",
        items(&|at| format!("    d{at} = \"{}\"\n", region(at)))
    );
    let bicep = format!(
        "var disks = [\n{}]\n{BICEP_SET}",
        items(&|at| format!("  {{ name: 'd{at}', location: '{}' }}\n", region(at)))
    );
    for (name, text) in [("main.tf", terraform), ("main.bicep", bicep)] {
        let tree = Tree::new(&[(name, text)]);
        assert_eq!(tree.found(&["--only", "CMK020"]).len(), 1, "{name}");
        assert!(tree.run(&["--strict"]).out.ends_with("1 root, 301 resources\n"), "{name}");
    }
}

const SET: &str = "resource \"azurerm_disk_encryption_set\" \"s\" {\n  name = \"des\"\n  location = \"westeurope\"\n  resource_group_name = \"rg\"\n  \
    key_vault_key_id = \"https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef\"\n  identity { type = \"SystemAssigned\" }\n}\n";

const BICEP_SET: &str = "resource s 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {
  name: 'des'
  location: 'westeurope'
  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}
resource d 'Microsoft.Compute/disks@2023-04-02' = [for x in disks: {
  name: x.name
  location: x.location
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { diskEncryptionSetId: s.id }
  }
}]
";

/// As an example of azurerm does: what names the image of each machine is one of eight texts, by a name that is not known.
#[test]
fn tables_that_are_looked_up_by_an_unknown_name_cost_no_limit() {
    const TABLE: &str = r#"variable "image" {}
variable "images" {
  type = map(string)
  default = {
    centos_publisher = "OpenLogic"
    centos_offer     = "CentOS"
    centos_sku       = "7.3"
    centos_version   = "latest"
    rhel_publisher   = "RedHat"
    rhel_offer       = "RHEL"
    rhel_sku         = "7.2"
    rhel_version     = "latest"
  }
}
"#;
    let of = |part: &str| format!("    {part} = lookup(var.images, join(\"_{part}\", list(var.image, \"\")))\n");
    let parts: String = ["publisher", "offer", "sku", "version"].map(of).concat();
    let machine = |number: usize| {
        format!(
            "resource \"azurerm_virtual_machine\" \"m{number}\" {{\n  name = \"m{number}\"\n  storage_image_reference {{\n{parts}  }}\n}}\n"
        )
    };
    let machines: String = (0..4).map(machine).collect();
    let tree = Tree::new(&[("main.tf", &format!("{TABLE}{machines}"))]);
    let ran = tree.run(&["--strict"]);
    assert_eq!(ran.out, "no findings\n1 root, 4 resources; not looked into: 1 variable without a value\n");
    assert_eq!(ran.code, 0);
}

/// The names of what limits left out.
fn limits(tree: &Tree) -> Vec<String> {
    let report = json(tree, &[]);
    let all = report["coverage"]["not_looked_into"].as_array().unwrap();
    let limits = all.iter().filter(|one| one["kind"] == "limit");
    limits.map(|one| format!("{}: {}", one["name"].as_str().unwrap(), one["why"].as_str().unwrap())).collect()
}

#[test]
fn scripts_of_which_not_all_is_read_are_told() {
    let root = EC_KEY.to_owned() + "variable \"kind\" {}\n";
    let of = |script: &str| limits(&Tree::new(&[("main.tf", root.as_str()), ("ci/plan.sh", script)]));
    let plan = "terraform plan -var-file=../vars/prod.tfvars -var kind=RSA\n";
    assert_eq!(of(plan), Vec::<String>::new());
    let large = plan.to_owned() + &"# much more\n".repeat(30_000);
    assert_eq!(of(&large), ["ci/plan.sh: plan.sh: it is not read for what it gives roots: it has more than 256 KiB"]);
    let long = format!("terraform plan {}-var kind=RSA\n", "-lock=false ".repeat(1_000));
    assert_eq!(of(&long), ["ci/plan.sh: plan.sh: a line of more than 8 KiB in it is not read"]);
    let many = "terraform plan -var kind=RSA\n".repeat(600);
    let said = "ci/plan.sh: plan.sh: not all arguments in it and further scripts are read: there are more than 500";
    assert_eq!(of(&many), [said]);
    let sets: String = (0..70).map(|n| format!("terraform plan -var kind=RSA -var name=n{n}\n")).collect();
    let tree = Tree::new(&[("main.tf", &(root.clone() + "variable \"name\" {}\n")), ("plan.sh", &sets)]);
    assert_eq!(limits(&tree), [".: .: not all sets of inputs that commands of scripts give it are looked at"]);
    let deploys = "az deployment group create -f main.bicep -p name=x\n".repeat(501);
    let tree = Tree::new(&[("main.bicep", BICEP), ("deploy.sh", &deploys)]);
    let said = "deploy.sh: deploy.sh: not all commands in it and further scripts are read: there are more than 500";
    assert_eq!(limits(&tree), [said]);
}
