//! Terragrunt's units.
#![allow(clippy::unwrap_used, clippy::panic)]

use cmklint_graph::{DeploymentId, Value, canonical};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::terragrunt::{Unit, lower, survey};
use cmklint_terraform::{FromOtherRoots, Lowered, Options};

const MODULE: &str = r#"
variable "name" { default = "default" }
variable "location" { default = "default" }
variable "group" { default = "default" }
variable "tags" { default = {} }

resource "azurerm_managed_disk" "d" {
  name                = var.name
  location            = var.location
  resource_group_name = var.group
  create_option       = "Empty"
}
"#;

struct Made {
    sources: Sources,
    lowered: Lowered,
}

fn made(path: &str, files: &[(&str, &str)]) -> Made {
    let all = files.iter().copied().chain([("modules/disk/main.tf", MODULE)]);
    let sources = Sources::new(MemoryLoader::new(all));
    let lowered = lower(path, &sources, &Options::default(), DeploymentId(0), &FromOtherRoots::default());
    Made { sources, lowered }
}

impl Made {
    fn disk(&self) -> &cmklint_graph::Resource {
        let all = &self.lowered.deployment.resources;
        assert_eq!(all.len(), 1, "{:?}", self.lowered.diagnostics);
        &all[0]
    }

    fn get(&self, path: &str) -> String {
        text(&self.disk().get(path))
    }

    fn codes(&self) -> Vec<&'static str> {
        self.lowered.diagnostics.iter().map(|d| d.code).collect()
    }
}

fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.describe(),
    }
}

#[test]
fn a_unit_hands_its_inputs_to_its_module() {
    let unit_file = r#"terraform {
  source = "../../modules//disk"
}
locals {
  env = basename(get_terragrunt_dir())
}
inputs = {
  name = "disk-${local.env}"
  location = "westeurope"
  unheard = 1
}
"#;
    let made = made("live/prod/terragrunt.hcl", &[("live/prod/terragrunt.hcl", unit_file)]);
    assert_eq!(made.codes(), Vec::<&str>::new());
    assert_eq!((made.get("name"), made.get("location")), ("disk-prod".to_owned(), "westeurope".to_owned()));
    assert_eq!(text(&made.disk().scope.resource_group), "default");
    let steps: Vec<String> = made
        .disk()
        .get("location")
        .trail
        .steps()
        .map(|s| {
            format!("{}: {}", made.sources.path(s.span.file), made.sources.get(s.span.file).unwrap().slice(s.span))
        })
        .collect();
    assert!(steps.contains(&"live/prod/terragrunt.hcl: location".to_owned()), "{steps:?}");
}

#[test]
fn an_included_file_gives_source_and_inputs_that_the_unit_wins_over() {
    let above = r#"locals {
  region = "northeurope"
}
terraform {
  source = "${get_parent_terragrunt_dir()}/modules//disk"
}
inputs = {
  location = local.region
  name = path_relative_to_include()
  group = "above"
}
"#;
    let own = r#"include "root" {
  path = find_in_parent_folders("root.hcl")
  expose = true
}
inputs = {
  group = "rg-${include.root.locals.region}"
}
"#;
    let made = made("live/prod/terragrunt.hcl", &[("root.hcl", above), ("live/prod/terragrunt.hcl", own)]);
    assert_eq!(made.codes(), Vec::<&str>::new());
    assert_eq!(made.get("location"), "northeurope");
    assert_eq!(made.get("name"), "live/prod");
    assert_eq!(text(&made.disk().scope.resource_group), "rg-northeurope");
}

#[test]
fn the_old_form_of_include_finds_the_terragrunt_file_above() {
    let above = r#"inputs = {
  name = "above"
  tags = { a = 1 }
}
"#;
    let own = r#"include {
  path = find_in_parent_folders()
}
terraform {
  source = "../modules/disk"
}
"#;
    let files = [("terragrunt.hcl", above), ("live/terragrunt.hcl", own)];
    let made = made("live/terragrunt.hcl", &files);
    assert_eq!(made.get("name"), "above");
    assert_eq!(survey("terragrunt.hcl", &made.sources, &Options::default()).unit, Unit::Nothing);
    assert_eq!(
        survey("live/terragrunt.hcl", &made.sources, &Options::default()).unit,
        Unit::Module("modules/disk".to_owned())
    );
}

#[test]
fn merge_strategies_are_kept() {
    let above = r#"inputs = {
  name = "above"
}
"#;
    let own = |strategy: &str| {
        format!(
            r#"include "root" {{
  path = find_in_parent_folders("root.hcl")
  merge_strategy = "{strategy}"
}}
terraform {{
  source = "../modules/disk"
}}
"#
        )
    };
    for (strategy, name) in [("no_merge", "default"), ("shallow", "above"), ("deep", "above")] {
        let own = own(strategy);
        let made = made("live/terragrunt.hcl", &[("root.hcl", above), ("live/terragrunt.hcl", &own)]);
        assert_eq!(made.get("name"), name, "{strategy}");
    }
}

#[test]
fn what_a_dependency_puts_out_is_a_symbol_and_mocks_are_not_believed() {
    let unit_file = |dependency: &str| {
        format!(
            r#"terraform {{
  source = "../../modules/disk"
}}
dependency "group" {{
  config_path = "{dependency}"
  mock_outputs = {{ name = "mock" }}
}}
inputs = {{
  group = dependency.group.outputs.name
}}
"#
        )
    };
    let (one, other, third) = (unit_file("../group"), unit_file("../../a/group"), unit_file("../vault"));
    let files = [("a/x/terragrunt.hcl", &*one), ("b/x/terragrunt.hcl", &*other), ("a/y/terragrunt.hcl", &*third)];
    let group = |path: &str| canonical(&made(path, &files).disk().scope.resource_group);
    assert!(!group("a/x/terragrunt.hcl").contains("mock"));
    // The same folder gives the same outputs.
    assert_eq!(group("a/x/terragrunt.hcl"), group("b/x/terragrunt.hcl"));
    assert_ne!(group("a/x/terragrunt.hcl"), group("a/y/terragrunt.hcl"));
}

#[test]
fn another_configuration_is_read_for_its_locals() {
    let env = r#"locals {
  region = "swedencentral"
}
"#;
    let unit_file = r#"locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
}
terraform {
  source = "${get_repo_root()}/modules/disk"
}
inputs = {
  location = local.env.locals.region
  name = jsondecode(file("x.json")).name
  group = get_env("GROUP", "none")
}
"#;
    let files =
        [("live/env.hcl", env), ("live/a/terragrunt.hcl", unit_file), ("live/a/x.json", "{\"name\": \"from-json\"}")];
    let made = made("live/a/terragrunt.hcl", &files);
    assert_eq!(made.codes(), Vec::<&str>::new());
    assert_eq!(made.get("location"), "swedencentral");
    assert_eq!(made.get("name"), "from-json");
    // The environment is not looked at: neither its value nor the default is known to hold.
    assert_eq!(text(&made.disk().scope.resource_group), "environment variable GROUP");
}

#[test]
fn a_generated_provider_is_that_of_the_module() {
    let above = r#"generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOF
    provider "azurerm" {
      features {}
      subscription_id = "${local.subscription}"
    }
  EOF
}
locals {
  subscription = "s-1"
}
"#;
    let own = r#"include "root" {
  path = find_in_parent_folders("root.hcl")
}
terraform {
  source = "../modules/disk"
}
"#;
    let made = made("live/terragrunt.hcl", &[("root.hcl", above), ("live/terragrunt.hcl", own)]);
    assert_eq!(made.codes(), Vec::<&str>::new());
    assert_eq!(text(&made.disk().scope.subscription), "s-1");
}

#[test]
fn a_unit_beside_its_configuration_needs_no_source() {
    let files = [
        (
            "u/terragrunt.hcl",
            r#"inputs = {
  name = "own"
}
"#,
        ),
        ("u/main.tf", MODULE),
    ];
    let made = made("u/terragrunt.hcl", &files);
    assert_eq!(made.get("name"), "own");
    assert_eq!(survey("u/terragrunt.hcl", &made.sources, &Options::default()).unit, Unit::Module("u".to_owned()));
}

#[test]
fn files_that_terraform_takes_by_itself_win_over_inputs() {
    let own = r#"terraform {
  source = "../modules/disk"
  extra_arguments "v" {
    commands = ["plan"]
    required_var_files = ["${get_terragrunt_dir()}/extra.tfvars"]
  }
}
inputs = {
  name = "input"
  location = "input"
  group = "input"
}
"#;
    let files = [
        ("live/terragrunt.hcl", own),
        ("live/extra.tfvars", "location = \"extra\"\n"),
        ("modules/disk/terraform.tfvars", "name = \"tfvars\"\n"),
    ];
    let made = made("live/terragrunt.hcl", &files);
    assert_eq!((made.get("name"), made.get("location")), ("tfvars".to_owned(), "extra".to_owned()));
    assert_eq!(text(&made.disk().scope.resource_group), "input");
}

#[test]
fn a_module_from_elsewhere_makes_nothing_known() {
    for source in [
        "git::https://example.com/m.git//disk?ref=v1",
        "tfr:///a/b/azurerm?version=1.0.0",
        "github.com/a/b",
        "../nowhere",
    ] {
        let own = format!(
            r#"terraform {{
  source = "{source}"
}}
"#
        );
        let made = made("live/terragrunt.hcl", &[("live/terragrunt.hcl", &own)]);
        assert!(made.lowered.deployment.resources.is_empty(), "{source}");
        assert_eq!(made.codes(), ["module-not-local"], "{source}");
    }
}

#[test]
fn an_include_that_is_not_there_leaves_no_default_certain() {
    let own = r#"include "root" {
  path = find_in_parent_folders("nowhere.hcl", "nowhere.hcl")
}
terraform {
  source = "../modules/disk"
}
inputs = {
  name = "own"
}
"#;
    let made = made("live/terragrunt.hcl", &[("live/terragrunt.hcl", own)]);
    assert_eq!(made.codes(), ["include-not-found"]);
    assert_eq!(made.get("name"), "own");
    assert_ne!(made.get("location"), "default");
}

#[test]
fn inputs_that_are_not_known_leave_no_default_certain() {
    let own = r#"terraform {
  source = "../modules/disk"
}
inputs = merge({ name = "own" }, yamldecode(run_cmd("x")))
"#;
    let made = made("live/terragrunt.hcl", &[("live/terragrunt.hcl", own)]);
    assert_ne!(made.get("location"), "default");
}

#[test]
fn files_that_read_one_another_in_a_circle_end() {
    let a = r#"include "root" {
  path = "../b/terragrunt.hcl"
  expose = true
}
locals {
  x = include.root.locals.x
  y = read_terragrunt_config("terragrunt.hcl").locals.y
}
terraform {
  source = "../modules/disk"
}
inputs = {
  name = local.x
  location = local.y
}
"#;
    let b = r#"include "a" {
  path = "../a/terragrunt.hcl"
}
locals {
  x = read_terragrunt_config("../a/terragrunt.hcl").locals.x
}
"#;
    let made = made("a/terragrunt.hcl", &[("a/terragrunt.hcl", a), ("b/terragrunt.hcl", b)]);
    assert!(made.codes().contains(&"cycle"), "{:?}", made.codes());
}

#[test]
fn broken_files_are_reported() {
    let made = made("live/terragrunt.hcl", &[("live/terragrunt.hcl", "terraform {\n  source = \n")]);
    assert_eq!(made.codes(), ["syntax"]);
    assert!(made.lowered.deployment.resources.is_empty());
}

#[test]
fn a_dependency_gives_what_the_unit_in_its_folder_does() {
    let unit_file = r#"
terraform { source = "../../modules/disk" }
dependency "group" {
  config_path = "../group"
  mock_outputs = { name = "mock", location = "mock" }
}
inputs = {
  name     = dependency.group.outputs.missing
  group    = dependency.group.outputs.name
  location = dependency.group.outputs.location
}
"#;
    let files = [("modules/disk/main.tf", MODULE), ("live/disk/terragrunt.hcl", unit_file)];
    let sources = Sources::new(MemoryLoader::new(files));
    let options = Options::default();
    let path = "live/disk/terragrunt.hcl";
    assert_eq!(survey(path, &sources, &options).dependencies, ["live/group"]);
    let outputs = [("name", Value::string("rg")), ("location", Value::string("uksouth"))];
    let outputs = outputs.map(|(name, value)| (name.into(), value)).into_iter().collect();
    let mut others = FromOtherRoots::default();
    others.units.insert("live/group".to_owned(), std::sync::Arc::new(outputs));
    let lowered = lower(path, &sources, &options, DeploymentId(0), &others);
    let disk = &lowered.deployment.resources[0];
    assert_eq!(text(&disk.scope.resource_group), "rg");
    assert_eq!(text(&disk.location), "uksouth");
    // No mock wins over what is not known.
    assert_eq!(disk.names[0].describe(), "dependency.group.outputs.missing");
    let alone = lower(path, &sources, &options, DeploymentId(0), &FromOtherRoots::default());
    assert_eq!(alone.deployment.resources[0].location.describe(), "dependency.group.outputs.location");
}

#[test]
fn a_unit_may_name_a_module_of_its_own_repository_as_others_would() {
    let of = |source: &str, inputs: &str| {
        let text = format!(
            r#"terraform {{
  source = "{source}"
}}
{inputs}
"#
        );
        let files = [
            ("modules/disk/main.tf", "variable \"name\" {}\nvariable \"size\" { default = 1 }\n"),
            ("live/a/terragrunt.hcl", text.as_str()),
            (".git/config", "[remote \"origin\"]\n\turl = git@example.com:org/infra.git\n"),
            ("main.tf", "variable \"name\" {}\n"),
        ];
        survey("live/a/terragrunt.hcl", &Sources::new(MemoryLoader::new(files)), &Options::default()).unit
    };
    let disk = Unit::Module("modules/disk".to_owned());
    for source in [
        "git::git@example.com:org/infra.git//modules/disk?ref=v1",
        "git::https://example.com/org/infra.git//modules/disk",
        "github.com/org/infra//modules/disk?ref=1",
        // The tree may be a folder of the repository.
        "git::https://example.com/org/mono.git//azure/modules/disk",
    ] {
        assert_eq!(of(source, "inputs = { name = \"d\" }"), disk, "{source}");
        assert_eq!(of(source, "inputs = merge(local.a, {})"), disk, "{source}");
        assert_eq!(of(source, "inputs = { size = 2 }"), Unit::Remote, "{source}");
    }
    assert_eq!(
        of("git::https://example.com/org/infra.git?ref=v1", "inputs = { name = 1 }"),
        Unit::Module(String::new())
    );
    assert_eq!(of("git::https://example.com/org/other.git?ref=v1", "inputs = { name = 1 }"), Unit::Remote);
    assert_eq!(of("git::https://example.com/org/infra.git//gone", "inputs = { name = 1 }"), Unit::Remote);
}

#[test]
fn configurations_that_read_each_other_end_and_are_the_same_for_whoever_reads_them() {
    let unit_file = |read: &str| {
        format!(
            r#"terraform {{ source = "../../modules/disk" }}
locals {{ c = read_terragrunt_config("{read}") }}
inputs = {{ name = local.c.locals.name, location = local.c.locals.far }}
"#
        )
    };
    let (first, second) = (unit_file("../a.hcl"), unit_file("../b.hcl"));
    let files = [
        ("modules/disk/main.tf", MODULE),
        (
            "live/a.hcl",
            r#"locals {
  name = "a"
  b = read_terragrunt_config("b.hcl")
  far = local.b.locals.name
}
"#,
        ),
        (
            "live/b.hcl",
            r#"locals {
  name = "b"
  a = read_terragrunt_config("a.hcl")
  far = local.a.locals.name
}
"#,
        ),
        ("live/x/terragrunt.hcl", first.as_str()),
        ("live/y/terragrunt.hcl", second.as_str()),
    ];
    let read = |order: [&str; 2]| {
        let (sources, options) = (Sources::new(MemoryLoader::new(files)), Options::default());
        let mut found = order.map(|path| {
            let lowered = lower(path, &sources, &options, DeploymentId(0), &FromOtherRoots::default());
            let disk = &lowered.deployment.resources[0];
            (path.to_owned(), text(&disk.names[0]), canonical(&disk.location))
        });
        found.sort();
        found
    };
    let found = read(["live/x/terragrunt.hcl", "live/y/terragrunt.hcl"]);
    assert_eq!((found[0].1.as_str(), found[1].1.as_str()), ("a", "b"));
    assert_eq!(found, read(["live/y/terragrunt.hcl", "live/x/terragrunt.hcl"]));
}
