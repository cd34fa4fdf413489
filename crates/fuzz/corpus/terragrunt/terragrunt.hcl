include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

locals {
  common = read_terragrunt_config(find_in_parent_folders("root.hcl", "none.hcl"))
  env    = get_env("ENV", "dev")
}

terraform {
  source = "../..//modules/disk?ref=v1"
  extra_arguments "vars" {
    commands           = get_terraform_commands_that_need_vars()
    required_var_files = ["${get_terragrunt_dir()}/terraform.tfvars"]
  }
}

dependency "vault" {
  config_path  = "../vault"
  mock_outputs = { id = "/subscriptions/x" }
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite"
  contents  = <<EOF
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
EOF
}

inputs = merge(local.common.locals, {
  location = "westeurope"
  names    = ["a", path_relative_to_include()]
  set      = dependency.vault.outputs.id
})
