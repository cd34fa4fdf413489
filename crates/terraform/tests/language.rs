//! The language around the expressions: what surrounds a root, blocks that make others, blocks that make nothing.
#![allow(clippy::unwrap_used)] // helpers of tests

mod common;

use cmklint_terraform::Options;
use common::{clean, eval_with, root, root_with};

const DISK: &str = "resource \"azurerm_managed_disk\" \"d\" {\n name = local.name\n resource_group_name = \"g\"\n location = \"x\"\n}\n";

fn name_of(root: &common::Root) -> String {
    root.text(root.resource("azurerm_managed_disk.d").names.last().unwrap())
}

#[test]
fn the_environment_gives_variables_that_everything_else_wins_over() {
    let main = format!(
        "variable \"v\" {{\n type = list(string)\n default = [\"default\"]\n}}\nlocals {{\n name = var.v[0]\n}}\n{DISK}"
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
    let main = format!("locals {{\n name = \"d-${{terraform.workspace}}\"\n}}\n{DISK}");
    let files = [("main.tf", main.as_str())];
    assert_eq!(name_of(&root(&files)), "`\"d-\"+<d0:terraform.workspace>+`");
    let options = Options { workspace: Some("prod".to_owned()), ..Options::default() };
    assert_eq!(name_of(&root_with(&files, &options, &[])), "\"d-prod\"");
}

#[test]
fn a_variables_file_that_sets_what_the_root_does_not_declare_is_warned_of() {
    let main = format!("variable \"known\" {{}}\nlocals {{\n name = var.known\n}}\n{DISK}");
    let files = [("main.tf", main.as_str()), ("terraform.tfvars", "known = \"k\"\nunknown = 1\n")];
    let root = root_with(&files, &Options::default(), &["terraform.tfvars"]);
    assert_eq!(root.codes(), ["undeclared-variable"]);
    let span = root.lowered.diagnostics[0].span.unwrap();
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "unknown");
    assert_eq!(name_of(&root), "\"k\"");
}

#[test]
fn files_beside_a_module_are_read_and_others_are_not_known() {
    let module = "locals {\n name = trimspace(file(\"${path.module}/name.txt\"))\n}\n".to_owned() + DISK;
    let main = "module \"m\" {\n source = \"./sub/m\"\n}\n";
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
        "resource \"terraform_data\" \"t\" {{\n input = \"in\"\n triggers_replace = [1]\n}}\nlocals {{\n name = terraform_data.t.output\n}}\n{DISK}"
    );
    assert_eq!(name_of(&clean(&text)), "\"in\"");
}

#[test]
fn ephemeral_resources_and_functions_of_providers_are_symbols() {
    let block = "ephemeral \"azurerm_key_vault_secret\" \"s\" {\n name = \"n\"\n key_vault_id = \"v\"\n}\nvariable \"e\" {\n type = string\n ephemeral = true\n}\n";
    let secret = "ephemeral.azurerm_key_vault_secret.s.value";
    assert!(eval_with(block, secret).starts_with('<'));
    assert_eq!(eval_with(block, &format!("{secret} == {secret}")), "true");
    assert_eq!(eval_with(block, "var.e"), "<d0:var.e>");
    assert_eq!(eval_with(block, "ephemeralasnull(\"x\")"), "\"x\"");
    let id = "provider::azurerm::normalise_resource_id(\"/subscriptions/s\")";
    assert!(eval_with("", id).starts_with('<'), "{}", eval_with("", id));
    assert_eq!(eval_with("", &format!("{id} == {id}")), "true");
    assert_eq!(eval_with("", "core::upper(\"a\")"), "\"A\"");
}

#[test]
fn blocks_that_declare_no_resource_are_passed_over() {
    let text = format!(
        "locals {{\n name = \"d\"\n}}\n{DISK}
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
  id = \"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d\"
}}
check \"c\" {{
  data \"azurerm_key_vault\" \"v\" {{
    name                = \"v\"
    resource_group_name = \"g\"
  }}
  assert {{
    condition     = data.azurerm_key_vault.v.sku_name != \"\"
    error_message = \"no\"
  }}
}}
terraform {{
  required_version = \">= 1.11\"
}}
"
    );
    assert_eq!(clean(&text).addresses(), ["azurerm_managed_disk.d"]);
}

#[test]
fn dynamic_blocks_nest_and_their_iterators_reach_inwards() {
    let text = "locals {\n outer = { a = [\"x\", \"y\"], b = [] }\n}\n\
        resource \"azapi_resource\" \"r\" {\n type = \"Microsoft.X/y@1\"\n name = \"n\"\n body = {}\n}\n\
        resource \"terraform_data\" \"t\" {\n dynamic \"rule\" {\n for_each = local.outer\n content {\n name = rule.key\n dynamic \"port\" {\n for_each = rule.value\n iterator = it\n content {\n value = \"${rule.key}-${it.key}-${it.value}\"\n }\n }\n }\n }\n}\n";
    let blocks = text.to_owned();
    assert_eq!(
        eval_with(&blocks, "[for r in terraform_data.t.rule : \"${r.name}:${join(\",\", try(r.port[*].value, []))}\"]"),
        "[\"a:a-0-x,a-1-y\",\"b:\"]"
    );
}

#[test]
fn a_for_each_that_terraform_refuses_is_told() {
    for (value, told) in [
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
            "variable \"list\" {{}}\nresource \"azurerm_managed_disk\" \"d\" {{\n for_each = {value}\n name = each.key\n}}\n"
        );
        assert_eq!(root(&[("main.tf", &text)]).codes().contains(&"for-each"), told, "{value}");
    }
}

#[test]
fn a_key_that_an_object_has_twice_leaves_the_file_readable() {
    assert_eq!(eval_with("", "{ a = 1, \"b\" = 2, a = 3, \"b\" = 4 }"), "{\"a\":3,\"b\":4,}");
    let text = format!(
        "locals {{\n tags = {{\n  a = 1\n  a = 2\n  b = 3\n  a = 4\n }}\n name = \"d${{local.tags.a}}\"\n}}\n{DISK}"
    );
    assert_eq!(name_of(&clean(&text)), "\"d4\"");
}

#[test]
fn object_keys_may_be_words_that_stand_for_values_elsewhere() {
    assert_eq!(eval_with("", "{ null = 1, true = 2 }"), "{\"null\":1,\"true\":2,}");
}
