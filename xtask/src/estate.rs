//! `cargo xtask estate`: writes an estate of Terragrunt units, like those of large repositories, to measure runs over.
//!
//! Accounts with regions with environments of units. Each unit includes the root's file and reads those of its environment, region and account, and
//! settings that all share; every other one depends on the one before it. One in a hundred has its disk in another region than its encryption set.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

/// Units of one environment.
const PER_ENVIRONMENT: usize = 12;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to write it: a new folder
    folder: PathBuf,
    /// How many units
    #[arg(long, default_value_t = 863)]
    units: usize,
    /// Entries of the settings that all units share
    #[arg(long, default_value_t = 300)]
    settings: usize,
}

const ROOT: &str = r#"locals {
  account     = read_terragrunt_config(find_in_parent_folders("account.hcl")).locals
  region      = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals
  environment = read_terragrunt_config(find_in_parent_folders("env.hcl")).locals
  common      = read_terragrunt_config("${get_repo_root()}/common.hcl").locals
  tags        = merge(local.common.tags, { account = local.account.name, unit = path_relative_to_include() })
}

generate "provider" {
  path      = "provider_generated.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOF
    provider "azurerm" {
      features {}
      subscription_id = "${local.account.subscription}"
    }
  EOF
}

inputs = merge(local.common.settings, {
  location = local.region.location
  tags     = local.tags
})
"#;

const VARIABLES: &str = r#"variable "name" {}
variable "location" {}
variable "tags" {
  default = {}
}
variable "disk_encryption_set_id" {
  default = null
}
"#;

const SET: &str = r#"resource "azurerm_disk_encryption_set" "this" {
  name                = var.name
  location            = var.location
  resource_group_name = "rg-${var.name}"
  key_vault_key_id    = "https://kv-${var.name}.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  tags                = var.tags
  identity {
    type = "SystemAssigned"
  }
}

output "id" {
  value = azurerm_disk_encryption_set.this.id
}
"#;

const DISK: &str = r#"resource "azurerm_managed_disk" "this" {
  name                   = var.name
  location               = var.location
  resource_group_name    = "rg-${var.name}"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 32
  disk_encryption_set_id = var.disk_encryption_set_id
  tags                   = var.tags
}
"#;

/// Writes the estate.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    fs::create_dir(&args.folder).with_context(|| format!("cannot make {}", args.folder.display()))?;
    let write = |path: &str, text: &str| write(&args.folder, path, text);
    write("root.hcl", ROOT)?;
    write("common.hcl", &common(args.settings)?)?;
    for (name, text) in [("set", SET), ("disk", DISK)] {
        write(&format!("modules/{name}/variables.tf"), VARIABLES)?;
        write(&format!("modules/{name}/main.tf"), text)?;
    }
    for unit in 0..args.units {
        let place = unit / PER_ENVIRONMENT;
        let (account, region, environment) = (place / 9, place / 3 % 3, place % 3);
        let location = ["westeurope", "northeurope", "uksouth"].get(region).copied().unwrap_or_default();
        let environment = ["dev", "test", "prod"].get(environment).copied().unwrap_or_default();
        let (account, region) = (format!("live/account-{account}"), format!("live/account-{account}/{location}"));
        let folder = format!("{region}/{environment}");
        let subscription = format!("00000000-0000-0000-0000-{:012}", place / 9);
        let name = format!("  name = \"{}\"\n  subscription = \"{subscription}\"\n", account.replace('/', "-"));
        write(&format!("{account}/account.hcl"), &format!("locals {{\n{name}}}\n"))?;
        write(&format!("{region}/region.hcl"), &format!("locals {{\n  location = \"{location}\"\n}}\n"))?;
        write(&format!("{folder}/env.hcl"), &format!("locals {{\n  environment = \"{environment}\"\n}}\n"))?;
        write(&format!("{folder}/unit-{unit:04}/terragrunt.hcl"), &of_unit(unit))?;
    }
    println!("{} units in {}", args.units, args.folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The settings that all units share.
fn common(settings: usize) -> Result<String> {
    let mut out = String::from("locals {\n  tags = { owner = \"platform\" }\n  settings = {\n");
    for at in 0..settings {
        writeln!(
            out,
            "    setting_{at} = {{ sku = \"s{at}\", zones = [1, 2, 3], rules = {{ a = \"{at}\", b = true }} }}"
        )?;
    }
    out.push_str("  }\n}\n");
    Ok(out)
}

/// The configuration of a unit: an encryption set, or a disk that is encrypted with the set of the unit before it.
fn of_unit(unit: usize) -> String {
    let (module, more) = match unit % 2 {
        0 => ("set", String::new()),
        _ => {
            let other = if unit % 100 == 51 { "  location = \"francecentral\"\n" } else { "" };
            ("disk", format!("{other}  disk_encryption_set_id = dependency.set.outputs.id\n"))
        }
    };
    let dependency = match unit % 2 {
        0 => String::new(),
        _ => format!(
            "dependency \"set\" {{\n  config_path = \"../unit-{:04}\"\n  mock_outputs = {{\n    id = \"mock\"\n  }}\n}}\n\n",
            unit - 1
        ),
    };
    format!(
        "include \"root\" {{\n  path   = find_in_parent_folders(\"root.hcl\")\n  expose = true\n}}\n\nterraform {{\n  source = \
         \"${{get_repo_root()}}/modules//{module}\"\n}}\n\n{dependency}inputs = {{\n  name = \
         \"{module}-${{include.root.locals.environment.environment}}-{unit}\"\n{more}}}\n"
    )
}

fn write(folder: &Path, path: &str, text: &str) -> Result<()> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
