//! The language around the expressions: what surrounds a root, blocks that make others, blocks that make nothing.
#![allow(clippy::unwrap_used)] // helpers of tests

mod common;

use cmklint_terraform::Options;
use common::{clean, eval_with, root, root_with};

const DISK: &str = r#"resource "azurerm_managed_disk" "d" {
 name = local.name
 resource_group_name = "g"
 location = "x"
}
"#;

fn name_of(root: &common::Root) -> String {
    root.text(root.resource("azurerm_managed_disk.d").names.last().unwrap())
}

#[test]
fn the_environment_gives_variables_that_everything_else_wins_over() {
    let main = format!(
        r#"variable "v" {{
 type = list(string)
 default = ["default"]
}}
locals {{
 name = var.v[0]
}}
{DISK}"#
    );
    let files = [("main.tf", main.as_str()), ("terraform.tfvars", "v = [\"file\"]\n")];
    let with = |environment: &[(&str, &str)], tfvars: &[&str]| {
        let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        name_of(&root_with(&files, &Options { environment, ..Options::default() }, tfvars))
    };
    assert_eq!(with(&[], &[]), "\"default\"");
    assert_eq!(with(&[("v", "[\"environment\"]"), ("nowhere", "1")], &[]), "\"environment\"");
    assert_eq!(with(&[("v", "[\"environment\"]")], &["terraform.tfvars"]), "\"file\"");
}

#[test]
fn the_workspace_is_a_symbol_unless_it_is_given() {
    let main = format!(
        r#"locals {{
 name = "d-${{terraform.workspace}}"
}}
{DISK}"#
    );
    let files = [("main.tf", main.as_str())];
    assert_eq!(name_of(&root(&files)), "`\"d-\"+<d0:terraform.workspace>+`");
    let options = Options { workspace: Some("prod".to_owned()), ..Options::default() };
    assert_eq!(name_of(&root_with(&files, &options, &[])), "\"d-prod\"");
}

#[test]
fn a_variables_file_that_sets_what_the_root_does_not_declare_is_warned_of() {
    let main = format!(
        r#"variable "known" {{}}
locals {{
 name = var.known
}}
{DISK}"#
    );
    let files = [
        ("main.tf", main.as_str()),
        (
            "terraform.tfvars",
            r#"known = "k"
unknown = 1
"#,
        ),
    ];
    let root = root_with(&files, &Options::default(), &["terraform.tfvars"]);
    assert_eq!(root.codes(), ["undeclared-variable"]);
    let span = root.lowered.diagnostics[0].span.unwrap();
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "unknown");
    assert_eq!(name_of(&root), "\"k\"");
}

#[test]
fn files_beside_a_module_are_read_and_others_are_not_known() {
    let module = r#"locals {
 name = trimspace(file("${path.module}/name.txt"))
}
"#
    .to_owned()
        + DISK;
    let main = r#"module "m" {
 source = "./sub/m"
}
"#;
    let root =
        root(&[("main.tf", main), ("sub/m/main.tf", &module), ("sub/m/name.txt", "from-file\n"), ("name.txt", "no")]);
    let disk = root.resource("module.m.azurerm_managed_disk.d");
    assert_eq!(root.text(disk.names.last().unwrap()), "\"from-file\"");
    for missing in
        ["file(\"missing\")", "file(\"../outside\")", "file(\"/etc/passwd\")", "fileexists(\"missing\")", "path.cwd"]
    {
        assert!(eval_with("", missing).starts_with('<'), "{missing}: {}", eval_with("", missing));
    }
}

#[test]
fn terraform_data_puts_out_what_was_put_in() {
    let text = format!(
        r#"resource "terraform_data" "t" {{
 input = "in"
 triggers_replace = [1]
}}
locals {{
 name = terraform_data.t.output
}}
{DISK}"#
    );
    assert_eq!(name_of(&clean(&text)), "\"in\"");
}

#[test]
fn ephemeral_resources_and_functions_of_providers_are_symbols() {
    let block = r#"ephemeral "azurerm_key_vault_secret" "s" {
 name = "n"
 key_vault_id = "v"
}
variable "e" {
 type = string
 ephemeral = true
}
"#;
    let secret = "ephemeral.azurerm_key_vault_secret.s.value";
    assert!(eval_with(block, secret).starts_with('<'));
    assert_eq!(eval_with(block, &format!("{secret} == {secret}")), "true");
    assert_eq!(eval_with(block, "var.e"), "<d0:var.e>");
    assert_eq!(eval_with(block, "ephemeralasnull(\"x\")"), "\"x\"");
    let id = "provider::azurerm::guess(\"/subscriptions/s\")";
    assert!(eval_with("", id).starts_with('<'), "{}", eval_with("", id));
    assert_eq!(eval_with("", &format!("{id} == {id}")), "true");
    assert_eq!(eval_with("", "core::upper(\"a\")"), "\"A\"");
}

#[test]
fn blocks_that_declare_no_resource_are_skipped() {
    let text = format!(
        r#"locals {{
 name = "d"
}}
{DISK}
moved {{
  from = azurerm_managed_disk.old
  to   = azurerm_managed_disk.d
}}
removed {{
  from = azurerm_managed_disk.gone
  lifecycle {{
    destroy = false
  }}
}}
import {{
  to = azurerm_managed_disk.d
  id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"
}}
check "c" {{
  data "azurerm_key_vault" "v" {{
    name                = "v"
    resource_group_name = "g"
  }}
  assert {{
    condition     = data.azurerm_key_vault.v.sku_name != ""
    error_message = "no"
  }}
}}
terraform {{
  required_version = ">= 1.11"
}}
"#
    );
    assert_eq!(clean(&text).addresses(), ["azurerm_managed_disk.d"]);
}

#[test]
fn dynamic_blocks_nest_and_their_iterators_reach_inwards() {
    let text = r#"locals {
 outer = { a = ["x", "y"], b = [] }
}
resource "azapi_resource" "r" {
 type = "Microsoft.X/y@1"
 name = "n"
 body = {}
}
resource "terraform_data" "t" {
 dynamic "rule" {
 for_each = local.outer
 content {
 name = rule.key
 dynamic "port" {
 for_each = rule.value
 iterator = it
 content {
 value = "${rule.key}-${it.key}-${it.value}"
 }
 }
 }
 }
}
"#;
    let blocks = text.to_owned();
    assert_eq!(
        eval_with(&blocks, "[for r in terraform_data.t.rule : \"${r.name}:${join(\",\", try(r.port[*].value, []))}\"]"),
        "[\"a:a-0-x,a-1-y\",\"b:\"]"
    );
}

#[test]
fn a_for_each_that_terraform_refuses_is_reported() {
    for (value, is_reported) in [
        ("[\"a\", \"b\"]", true),
        ("tolist([\"a\"])", true),
        ("toset([1, 2])", true),
        ("toset([true])", true),
        ("\"text\"", true),
        ("toset([\"a\"])", false),
        ("{ a = 1 }", false),
        ("var.list", false),
    ] {
        let text = format!(
            r#"variable "list" {{}}
resource "azurerm_managed_disk" "d" {{
 for_each = {value}
 name = each.key
}}
"#
        );
        assert_eq!(root(&[("main.tf", &text)]).codes().contains(&"for-each"), is_reported, "{value}");
    }
}

#[test]
fn a_key_that_an_object_has_twice_leaves_the_file_readable() {
    assert_eq!(eval_with("", "{ a = 1, \"b\" = 2, a = 3, \"b\" = 4 }"), "{\"a\":3,\"b\":4,}");
    let text = format!(
        r#"locals {{
 tags = {{
  a = 1
  a = 2
  b = 3
  a = 4
 }}
 name = "d${{local.tags.a}}"
}}
{DISK}"#
    );
    assert_eq!(name_of(&clean(&text)), "\"d4\"");
}

#[test]
fn object_keys_may_be_words_that_stand_for_values_elsewhere() {
    assert_eq!(eval_with("", "{ null = 1, true = 2 }"), "{\"null\":1,\"true\":2,}");
}
