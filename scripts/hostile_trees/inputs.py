"""Terragrunt, plans, states, inventories, configurations, baselines."""
import json

from common import BICEP_DISK, DISK, SET, SUB, arm, arm_disk, chain, lines, tree


# Terragrunt, plans, states.

@tree
def terragrunt_includes():
    include = 'include "a" {\n  path = "../b/terragrunt.hcl"\n}\ninclude "b" {\n  path = "../a/terragrunt.hcl"\n}\nterraform {\n  source = "../m"\n}\n'
    reads = lines(lambda i: f'locals {{\n  l{i} = read_terragrunt_config("../{"ab"[i % 2]}/terragrunt.hcl")\n}}\n', 60)
    return {"a/terragrunt.hcl": include + reads, "b/terragrunt.hcl": include + reads, "m/main.tf": DISK.format('"a"')}


@tree
def terragrunt_reads_doubled():
    return {**{f"u{i}/terragrunt.hcl": f'terraform {{\n  source = "../m"\n}}\nlocals {{\n  a = read_terragrunt_config("../u{i + 1}/terragrunt.hcl").inputs\n'
            f'  b = read_terragrunt_config("../u{i + 1}/terragrunt.hcl").inputs\n}}\ninputs = {{ a = local.a, b = local.b }}\n' for i in range(60)},
            "u60/terragrunt.hcl": 'inputs = { a = "x" }\n', "m/main.tf": 'variable "a" {}\nvariable "b" {}\n' + DISK.format("jsonencode(var.a)")}


@tree
def state_deep():
    return {"main.tf": DISK.format('"a"'), "s.tfstate": '{"version":4,"resources":' + "[" * 400000 + "]" * 400000 + "}", ".args": "--state\ns.tfstate"}


@tree
def state_wide():
    instance = {"attributes": {"id": SUB + "/providers/Microsoft.Compute/disks/d", "name": "d", "tags": {"a": "b"}}}
    resource = {"mode": "managed", "type": "azurerm_managed_disk", "name": "d", "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]", "instances": [{**instance, "index_key": i} for i in range(5000)]}
    return {"main.tf": DISK.format('"a"'), "s.tfstate": json.dumps({"version": 4, "terraform_version": "1.5.0", "resources": [resource]}), ".args": "--state\ns.tfstate"}


@tree
def plan_nested():
    text = '{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{"root_module":' + '{"child_modules":[' * 40000 + "]}" * 40000 + "}}"
    return {"main.tf": DISK.format('"a"'), "plan.json": text, ".args": "--plan\nplan.json"}


@tree
def inventory_bomb():
    row = {"id": SUB + "/providers/Microsoft.Compute/disks/d", "name": "d", "type": "microsoft.compute/disks", "location": "westeurope", "properties": {}}
    rows = [{**row, "id": row["id"] + str(i), "name": f"d{i}"} for i in range(2000)]
    text = json.dumps(rows)[:-1] + ',{"id":"x","properties":' + '{"a":' * 60000 + "1" + "}" * 60000 + "}]"
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'data "azurerm_managed_disk" "e{i}" {{\n  name = var.x\n  resource_group_name = "g"\n}}\n', 1000), "rows.json": text, ".args": "--inventory\nrows.json"}


# The configuration.

@tree
def config_blocks():
    return {".cmklint.hcl": lines(lambda i: f'root "a{i}" {{\n}}\n', 40000), "main.tf": DISK.format('"a"')}


@tree
def config_links():
    return {".cmklint.hcl": lines(lambda i: f'link "r{i % 50}" {{\n  from = "r{(i + 1) % 50}"\n  inputs = {{ x{i} = "y" }}\n}}\n', 10000), **{f"r{i}/main.tf": DISK.format('"a"') for i in range(50)}}


@tree
def config_globs():
    globs = ", ".join(f'"**/{"{a,b}" * 12}{i}/**/*.tf"' for i in range(2000))
    return {".cmklint.hcl": f"config {{\n  exclude = [{globs}]\n}}\n", **{f"a/{'b' * 20}{i}/main.tf": DISK.format('"a"') for i in range(1000)}}


@tree
def config_deep():
    return {".cmklint.hcl": "config {\n  variables = " + "[" * 90 + "]" * 90 + "\n}\n" + "a {\n" * 60000, "main.tf": DISK.format('"a"')}


@tree
def baseline_bomb():
    return {".cmklint.hcl": 'config {\n  baseline = "known.json"\n}\n', "known.json": '{"version": 1, "findings": ' + "[" * 400000 + "]" * 400000 + "}", "main.tf": DISK.format('"a"')}
