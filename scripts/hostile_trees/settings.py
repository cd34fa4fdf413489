"""Configurations that say much of many roots: links, modules, excluded folders, names that are misspelt."""
import json

from common import BICEP_DISK, DISK, SET, lines, tree

X = 'variable "x" {}\n'
FAULT = SET.replace("/keys/", "/secrets/")


@tree
def links_chain_passed():
    return {".cmklint.hcl": lines(lambda i: f'link "r{i:04}" {{\n from = "r{i+1:04}"\n inputs = {{ x = "o" }}\n}}\n', 3000), "r0000/main.tf": X + DISK.format("var.x"), **{f"r{i:04}/main.tf": X + 'output "o" {\n value = var.x\n}\n' for i in range(1, 3001)}}


@tree
def links_wide():
    return {".cmklint.hcl": lines(lambda i: f'link "a" {{\n from = "b"\n inputs = {{ x = "o" }}\n}}\n', 8000), "a/main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 12000) + DISK.format("var.x"), "b/main.tf": lines(lambda i: f'output "o{i}" {{\n}}\n', 12000) + DISK.format("var.x")}


@tree
def links_misspelt():
    return {".cmklint.hcl": lines(lambda i: f'link "infra/rooot{i}" {{\n from = "b"\n inputs = {{ x = "o" }}\n}}\n', 8000), **{f"infra/root{i}/main.tf": DISK.format("var.x") for i in range(5000)}}


@tree
def links_inputs_misspelt():
    return {".cmklint.hcl": 'link "a" {\n from = "b"\n inputs = {\n' + lines(lambda i: f' variable_named_{i} = "output_named_{i}"\n', 6000) + '}\n}\n', "a/main.tf": lines(lambda i: f'variable "variable_name_{i}" {{}}\n', 6000) + DISK.format("var.x"), "b/main.tf": lines(lambda i: f'output "output_name_{i}" {{\n}}\n', 6000) + DISK.format("var.x")}


@tree
def areas_excludes():
    return {**{f"a{i}/.cmklint.hcl": 'config {\n exclude = ["**/*{a,b,c,d}*/**"]\n}\n' for i in range(8000)}, **{f"a{i}/main.tf": DISK.format("var.x") for i in range(4000)}}


@tree
def stated_variables_of_roots():
    return {".cmklint.hcl": "config {\n variables = [" + ", ".join(f'"misspelt_{i}=1"' for i in range(10000)) + "]\n}\n", **{f"r{i}/main.tf": f'variable "wrong_{i}" {{}}\n' for i in range(5000)}}


@tree
def stated_modules_of_roots():
    return {".cmklint.hcl": "config {\n ignore_module = {\n" + lines(lambda i: f' "git::https://x.y/misspelt{i}" = true\n', 8000) + " }\n}\n", **{f"r{i}/main.tf": f'module "m" {{\n source = "git::https://x.y/mispelt{i}"\n}}\n' for i in range(5000)}}


@tree
def root_blocks_misspelt():
    return {".cmklint.hcl": lines(lambda i: f'root "infra/verylongname/mian{i}.bicep" {{\n location = "a"\n}}\n', 9000), **{f"infra/verylongname/main{i}.bicep": "param x string" for i in range(6000)}}


@tree
def config_ignored_modules_many():
    return {".cmklint.hcl": "config {\n ignore_module = {\n" + lines(lambda i: f' "x{i}" = true\n', 22000) + " }\n}\n", "main.tf": lines(lambda i: f'module "m{i}" {{\n source = "./y{i}"\n}}\n', 7000) + FAULT}


@tree
def bicep_config():
    return {"bicepconfig.json": json.dumps({"moduleAliases": {"br": {f"a{i}": {"registry": "x.azurecr.io", "modulePath": "m"} for i in range(8000)}}}), **{f"d{i}/m.bicep": "module m 'br/a1:x:1' = { name: 'm' }\n" + BICEP_DISK.format("'a'") for i in range(2500)}}


@tree
def bicep_config_extends():
    return {**{f"c{i}.json": json.dumps({"extends": f"c{i+1}.json", "moduleAliases": {"br": {f"a{k}": {"registry": "x.azurecr.io", "modulePath": "m"} for k in range(1000)}}}) for i in range(8)}, **{f"d{i}/bicepconfig.json": '{"extends": "../c0.json"}' for i in range(2000)}, **{f"d{i}/m.bicep": "module m 'br/a1:x:1' = { name: 'm' }\n" for i in range(2000)}}
