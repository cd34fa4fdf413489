"""One thing that many share: a module, a file, a lock, a manifest, a name."""
import json

from common import BICEP_DISK, DISK, SET, SUB, arm, arm_disk, lines, tree

X = 'variable "x" {}\n'
FAULT = SET.replace("/keys/", "/secrets/")


@tree
def terragrunt_chain_passed():
    return {**{f"u{i:04}/terragrunt.hcl": f'terraform {{\n source = "../n"\n}}\ndependency "d" {{\n config_path = "../u{i+1:04}"\n}}\ninputs = {{ x = dependency.d.outputs.o }}\n' for i in range(1,4000)}, 
     "u0000/terragrunt.hcl": f'terraform {{\n source = "../m"\n}}\ndependency "d" {{\n config_path = "../u0001"\n}}\ninputs = {{ x = dependency.d.outputs.o }}\n',
     "n/main.tf": X + 'output "o" {\n value = var.x\n}\n', "m/main.tf": X + 'output "o" {\n value = azurerm_managed_disk.d.id\n}\n' + DISK.format("var.x")}


@tree
def tf_own_long_sources():
    src = "git::https://h.x/o/r.git//" + "a/" * 2000 + "z"
    return {"main.tf": lines(lambda i: f'module "m{i}" {{\n source = "{src}"\n x = 1\n}}\n', 220) + DISK.format('"a"')}


@tree
def tf_own_long_sources_short_names():
    src = "git::https://h.x/o/r.git//" + "a/" * 120 + "z"
    return {"b/" * 60 + "main.tf": lines(lambda i: f'module "m{i}" {{\n source = "{src}"\n x = 1\n}}\n', 2500) + DISK.format('"a"')}


@tree
def tf_git_config():
    return {".git/config": '[remote "o"]\n' + " url = https://github.com/a/bb\n" * 15000, ".git/HEAD": "ref: refs/heads/main\n", ".git/objects/x": "", ".git/refs/x": "",
      "main.tf": lines(lambda i: f'module "m{i}" {{\n source = "git::https://h.x/o/r{i}.git//q"\n x = 1\n}}\n', 5500) + DISK.format('"a"')}


@tree
def tf_same_names():
    return {"main.tf": lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n name = "same"\n location = "a"\n resource_group_name = "g"\n}}\nresource "azurerm_snapshot" "p{i}" {{\n name = "p{i}"\n location = "b"\n create_option = "Copy"\n source_uri = "{SUB}/providers/Microsoft.Compute/disks/same"\n}}\n', 3000)}


@tree
def roots_over_chain_of_modules():
    return {**{f"r{i}/main.tf": 'module "m" {\n source = "../m/0"\n}\n' for i in range(2500)}, **{f"m/{i}/main.tf": f'module "m" {{\n source = "../{i+1}"\n}}\n' for i in range(2500)}, "m/2500/main.tf": 'variable "x" {}\n', "z/main.tf": FAULT}


@tree
def roots_over_wide_modules():
    call = lines(lambda i: f'module "m{i}" {{\n source = "../m/{i}"\n}}\n', 1000)
    return {**{f"r{i}/main.tf": 'module "m" {\n source = "../w"\n}\n' for i in range(4000)}, "w/main.tf": call.replace("../m", "../m"), **{f"m/{i}/main.tf": 'variable "x" {}\n' for i in range(1000)}, "z/main.tf": FAULT}


@tree
def arm_links_addresses():
    u = "https://raw.h.com/" + "a/" * 14
    l = lambda i: {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": f"l{i}", "properties": {"mode": "Incremental", "templateLink": {"uri": f"{u}{i}.json"}}}
    return {"b/" * 100 + "azuredeploy.json": arm([l(i) for i in range(3800)])}


@tree
def bicep_param_extends_values():
    return {"main.bicep": lines(lambda i: f"param x{i} string\n", 300) + BICEP_DISK.format("x0"), **{f"p{i}.bicepparam": f"using 'main.bicep'\nextends 'b.bicepparam'\n" for i in range(4000)}, "b.bicepparam": "using none\n" + lines(lambda i: f"param x{i} = 'a'\n", 15000)}


@tree
def tf_groups_by_module():
    return {"main.tf": X + lines(lambda i: f'data "azurerm_resource_group" "g{i}" {{\n name = "qq{i}"\n}}\nresource "azurerm_managed_disk" "d{i}" {{\n name = "d"\n location = data.azurerm_resource_group.g{i}.location\n}}\n', 200), "m/main.tf": f'resource "azurerm_resource_group" "g" {{\n name = "ww"\n location = "a"\n}}\n#' + "abcdefghijklmnopqrstuvwxyz0123456789" * 10000, **{f"g{i}/main.tf": 'module "m" {\n source = "../m"\n}\n' for i in range(4000)}}


@tree
def terragrunt_root_includes():
    return {"root.hcl": "inputs = {\n" + lines(lambda i: f' x{i} = "a"\n', 5000) + "}\n", **{f"u{i}/terragrunt.hcl": 'include "r" {\n path = "../root.hcl"\n}\nterraform {\n source = "../m"\n}\n' for i in range(3000)}, "m/main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 5000) + DISK.format("var.x0")}


@tree
def terragrunt_generate():
    return {"root.hcl": lines(lambda i: f'generate "g{i}" {{\n path = "g{i}.tf"\n if_exists = "overwrite"\n contents = "variable \\"v{i}\\" {{}}"\n}}\n', 1500), **{f"u{i}/terragrunt.hcl": 'include "r" {\n path = "../root.hcl"\n}\nterraform {\n source = "../m"\n}\n' for i in range(3000)}, "m/main.tf": DISK.format("var.x0")}


@tree
def lock_of_inputs():
    lock = lines(lambda i: f'provider "registry.terraform.io/a/p{i}" {{\n version = "1.0.0"\n hashes = ["h1:aaaaaaaaaaaaaa"]\n}}\n', 7000)
    return {".terraform.lock.hcl": lock, "main.tf": X + DISK.format("var.x"), **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(1500)}}


@tree
def lock_of_units():
    lock = lines(lambda i: f'provider "registry.terraform.io/a/p{i}" {{\n version = "1.0.0"\n hashes = ["h1:aaaaaaaaaaaaaa"]\n}}\n', 7000)
    return {"m/.terraform.lock.hcl": lock, "m/main.tf": X + DISK.format("var.x"), **{f"u{i}/terragrunt.hcl": f'terraform {{\n source = "../m"\n}}\ninputs = {{ x = "{i}" }}\n' for i in range(2500)}}


@tree
def manifest_of_inputs():
    m = json.dumps({"Modules": [{"Key": f"m{i}", "Source": f"registry.terraform.io/a/m{i}/x", "Version": "1.0.0", "Dir": f".terraform/modules/m{i}"} for i in range(7000)]})
    return {".terraform/modules/modules.json": m, "main.tf": X + DISK.format("var.x"), **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(1500)}}


@tree
def manifest_stated():
    m = json.dumps({"Modules": [{"Key": f"m{i}", "Source": f"registry.terraform.io/a/m{i}/x", "Version": "1.0.0", "Dir": f".terraform/modules/m{i}"} for i in range(5000)]})
    return {".terraform/modules/modules.json": m, ".cmklint.hcl": "config {\n ignore_module = {\n" + lines(lambda i: f' "x{i}" = true\n', 6000) + " }\n}\n", "main.tf": X + DISK.format("var.x")}


@tree
def manifest_in_folders():
    m = json.dumps({"Modules": [{"Key": f"m{i}", "Source": f"registry.terraform.io/a/m{i}/x", "Version": "1.0.0", "Dir": f".terraform/modules/m{i}"} for i in range(4000)]})
    return {"m/.terraform/modules/modules.json": m, "m/main.tf": X + DISK.format("var.x"), **{f"u{i}/terragrunt.hcl": f'terraform {{\n source = "../m"\n}}\ninputs = {{ x = "{i}" }}\n' for i in range(2500)}}


@tree
def config_of_inputs_module():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 15000) + X + DISK.format("var.x"), **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(3000)}}


@tree
def tf_same_names_ids():
    return {"main.tf": lines(lambda i: f'resource "azurerm_disk_encryption_set" "d{i}" {{\n name = "same"\n location = "a"\n resource_group_name = "g"\n key_vault_key_id = "https://v.vault.azure.net/keys/k"\n}}\nresource "azurerm_managed_disk" "p{i}" {{\n name = "p{i}"\n location = "b"\n disk_encryption_set_id = "{SUB}/providers/Microsoft.Compute/diskEncryptionSets/same"\n}}\n', 2300)}


@tree
def tf_roots_same_names_existing():
    return {**{f"r{i}/main.tf": f'data "azurerm_managed_disk" "d" {{\n name = "same"\n resource_group_name = "g"\n}}\nresource "azurerm_managed_disk" "e" {{\n name = "same"\n resource_group_name = "g{i}"\n location = "a"\n}}\n' for i in range(4500)}}


@tree
def inventory_same():
    rows = [{"id": SUB + f"/providers/Microsoft.Compute/disks/d", "name": "d", "type": "microsoft.compute/disks", "location": "westeurope", "properties": {}} for i in range(3000)]
    return {"main.tf": X + lines(lambda i: f'data "azurerm_managed_disk" "e{i}" {{\n name = "d"\n resource_group_name = "g"\n}}\n', 4000), "rows.json": json.dumps(rows), ".args": "--inventory\nrows.json\n--inventory-findings"}


@tree
def tf_module_whole():
    return {"main.tf": 'module "m" {\n source = "./m"\n count = 1000\n}\n' + lines(lambda i: DISK.format(f'module.m[*].o{i}[{i}]').replace('"d"', f'"d{i}"'), 1000), "m/main.tf": lines(lambda i: f'output "o{i}" {{\n value = "{i}"\n}}\n', 1000)}


@tree
def tf_required_providers_versions():
    return {"main.tf": 'module "m" {\n source = "./m"\n count = 1000\n}\n', "m/main.tf": "terraform {\n required_providers {\n  azurerm = {\n   source = \"hashicorp/azurerm\"\n   version = \"" + ", ".join(">= 3.0" for i in range(60000)) + '"\n  }\n }\n}\n' + DISK.format('"a"')}


@tree
def tf_moved_in_modules():
    return {"main.tf": 'module "m" {\n source = "./m"\n count = 1000\n}\n', "m/main.tf": DISK.format('"a"') + lines(lambda i: f'moved {{\n from = azurerm_managed_disk.e{i}\n to = azurerm_managed_disk.e{i+1}\n}}\n', 8000)}


@tree
def policies_templates():
    t = json.dumps({"if": {"field": "type", "equals": "x"}, "then": {"effect": "deployIfNotExists", "details": {"type": "x", "deployment": {"properties": {"mode": "incremental", "template": json.loads(arm([arm_disk(f"d{i}") for i in range(1500)]))}}}}})
    return {"p.json": t, "main.tf": lines(lambda i: f'resource "azurerm_policy_definition" "p{i}" {{\n name = "p{i}"\n policy_rule = file("p.json")\n}}\n', 6000)}


@tree
def terragrunt_dependency_outputs():
    return {"a/terragrunt.hcl": 'terraform {\n source = "../ma"\n}\n', "ma/main.tf": lines(lambda i: f'output "o{i}" {{\n value = azurerm_managed_disk.d.id\n}}\n', 8000) + DISK.format('"a"'), **{f"t{i}/terragrunt.hcl": 'terraform {\n source = "../m"\n}\ndependency "d" {\n config_path = "../a"\n}\ninputs = { x = dependency.d.outputs }\n' for i in range(2500)}, "m/main.tf": X + DISK.format("var.x.o1")}


@tree
def module_shared_by_roots():
    return {**{f"r{i}/main.tf": 'module "m" {\n source = "../m"\n}\n' for i in range(2500)}, "m/main.tf": lines(lambda i: f'variable "v{i}" {{\n default = 1\n}}\noutput "o{i}" {{\n value = var.v{i}\n}}\n', 5000) + DISK.format('"a"')}


@tree  # 4.9-5.0 s
def bicep_module_shared_by_roots():
    return {**{f"r{i}.bicep": "module m 'm.bicep' = {\n name: 'm'\n}\n" for i in range(4000)}, "m.bicep": lines(lambda i: f"param v{i} string = 'x'\nvar w{i} = v{i}\n", 12000) + BICEP_DISK.format("'a'")}


@tree
def tf_tfvars_shared():
    return {"terraform.tfvars": lines(lambda i: f'x{i} = "a"\n', 30000), "main.tf": X + DISK.format("var.x"), **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(1500)}}


@tree
def tf_locals_shared():
    return {"main.tf": X + DISK.format("var.x") + "locals {\n" + lines(lambda i: f' x{i} = "a"\n', 30000) + "}\n", **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(1500)}}
