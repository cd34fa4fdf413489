"""Many configurations, many files, ignore comments, scripts, what tools leave in a tree."""
import json

from common import BICEP_DISK, DISK, SET, SUB, arm, arm_disk, chain, lines, tree

FAULT = SET.replace("/keys/", "/secrets/")


@tree
def config_areas():
    of = lambda i: f'config {{\n  minimum_failure_severity = "error"\n}}\nrule "CMK050" {{\n  enabled = {"true" if i % 2 else "false"}\n  options = {{}}\n}}\nrule "CMK0{i % 9 + 10 if i % 9 < 4 else 20}" {{\n  enabled = false\n  exclude = ["x{i}"]\n}}\n'
    return {**{f"a{i}/.cmklint.hcl": of(i).replace("  options = {}\n", "") for i in range(600)}, **{f"a{i}/main.tf": FAULT + DISK.format('"a"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id') for i in range(600)}}


@tree
def config_areas_of_rules():
    rules = ["CMK001", "CMK002", "CMK003", "CMK004", "CMK012", "CMK020", "CMK021", "CMK040", "CMK041", "CMK050", "CMK070", "CMK071"]
    of = lambda i: "".join(f'rule "{rule}" {{\n  enabled = {"true" if i >> bit & 1 else "false"}\n}}\n' for bit, rule in enumerate(rules))
    return {**{f"a{i}/.cmklint.hcl": of(i) for i in range(1000)}, "main.tf": lines(lambda i: DISK.format('"a"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id').replace('"d"', f'"d{i}"'), 1500) + FAULT}


@tree
def config_explores():
    return {".cmklint.hcl": "config {\n  explore = true\n}\n", "main.tf": lines(lambda i: f'variable "x{i}" {{\n  type = bool\n  default = false\n}}\n', 2500) + "locals {\n  a = [for a in range(1000): [for b in range(500): \"${a}${b}\"]]\n}\n"
            + lines(lambda i: DISK.format(f'var.x{i} ? local.a[{i % 900}][0] : "b"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id').replace('"d"', f'"d{i}"'), 2500) + SET}


@tree
def config_of_limits():
    return {".cmklint.hcl": "limits {\n  work = 64\n  memory = 64\n}\n", "main.tf": "locals {\n  a = [for a in range(1000): [for b in range(1000): [for c in range(1000): \"${a}${b}${c}\"]]]\n}\n" + DISK.format("local.a[0][0][0]"),
            "b/main.bicep": "var a = [for i in range(0, 1000): map(range(0, 1000), j => map(range(0, 1000), k => '${i}${j}${k}'))]\n" + BICEP_DISK.format("a[0][0][0]")}


@tree
def config_variables():
    return {".cmklint.hcl": "config {\n  variables = [" + ", ".join(f'"x{i}=[for a in range(1000) : a]"' for i in range(3000)) + "]\n  varfile = [" + ", ".join('"a.tfvars"' for _ in range(5000)) + "]\n}\n", "a.tfvars": "y = [" + ",".join(["1"] * 100000) + "]\n",
            **{f"r{i}/main.tf": f'variable "x{i}" {{}}\nvariable "y" {{}}\n' + DISK.format(f"var.x{i}[0] + var.y[0]") for i in range(200)}}


@tree
def config_modules_ignored():
    return {".cmklint.hcl": "config {\n  ignore_module = {\n" + lines(lambda i: f'    "m{i}" = true\n', 12000) + "  }\n  exclude = [" + ", ".join(f'"{"?*" * 40}{i}"' for i in range(1500)) + "]\n}\n", "main.tf": lines(lambda i: f'module "m{i}" {{\n  source = "./x{i}"\n}}\n', 3000) + DISK.format('"a"'),
            **{f"{'a' * 60}{i}.tf": "" for i in range(500)}}


@tree
def config_roots_misspelt():
    return {".cmklint.hcl": lines(lambda i: f'rule "CMK{i}" {{\n}}\n', 5000) + lines(lambda i: f'root "infra/mian{i}.bicep" {{\n  location = "westeurop{i}"\n}}\n', 8000), **{f"infra/main{i}.bicep": BICEP_DISK.format("'a'") for i in range(800)}}


@tree
def baseline_wide():
    known = [{"rule": "CMK004", "root": "main.tf", "address": f"a{i}", "property": "p", "against": ["x"] * 20, "variant": ""} for i in range(3500)]
    return {".cmklint.hcl": 'config {\n  baseline = "known.json"\n}\n', "known.json": json.dumps({"version": 1, "findings": known}), "main.tf": lines(lambda i: FAULT.replace('"s"', f'"s{i}"'), 1000)}


@tree
def baseline_in_each_area():
    return {"known.json": json.dumps({"version": 1, "findings": [{"fingerprint": f"{i:032x}"} for i in range(12000)]}), **{f"a{i}/.cmklint.hcl": 'config {\n  baseline = "../known.json"\n}\n' for i in range(1000)}, **{f"a{i}/main.tf": FAULT for i in range(1000)}}


@tree
def files_many():
    kinds = [("tf", DISK.format('"a"')), ("bicep", BICEP_DISK.format("'a'")), ("json", "{}"), ("tfvars", "x = 1"), ("bicepparam", "using 'x.bicep'")]
    return {f"d{i % 100}/f{i}.{kinds[i % 5][0]}": kinds[i % 5][1] for i in range(20000)}


@tree
def files_empty():
    return {f"d{i}/main.{['tf', 'bicep', 'json'][i % 3]}": "" for i in range(25000)}


@tree
def folders_deep():
    return {"/".join(["a"] * 300) + "/main.tf": FAULT, "/".join(["b"] * 300) + "/main.bicep": BICEP_DISK.format("'a'"), "main.tf": 'module "m" {\n  source = "./' + "/".join(["a"] * 300) + '"\n}\n' + lines(lambda i: f'module "n{i}" {{\n  source = "./{"a/" * 100}{"../" * 100}{"a/" * (i % 99)}"\n}}\n', 500)}


@tree
def ignores_of_rules():
    return {"main.tf": "# cmklint-ignore: " + ", ".join(f"CMK{i:03}" for i in range(60000)) + "\n" + FAULT + lines(lambda i: f"# cmklint-ignore: CMK00{i % 5} because {i}\n" + FAULT.replace('"s"', f'"s{i}"'), 1500)}


@tree
def ignores_of_files():
    return {f"f{i}.tf": "# cmklint-ignore-file: CMK004\n" * 20 + DISK.format('"a"').replace('"d"', f'"d{i}"') for i in range(1200)}


@tree
def ignores_in_heredocs():
    return {"main.bicep": "// cmklint-ignore-next-line CMK001\n/* cmklint-ignore: CMK001\n" * 10000 + "*/\n" + BICEP_DISK.format("'a'"), "main.tf": FAULT + "locals {\n  a = <<EOT\n" + "# cmklint-ignore: CMK004\n" * 15000 + "EOT\n}\n"}


@tree
def git_ignores():
    return {".gitignore": lines(lambda i: f"**/{'[a-z]*' * 10}{i}/**\n!{'?' * 30}{i}\n", 5000), **{f"a/{'b' * 20}{i}/main.tf": DISK.format('"a"') for i in range(1500)}}


@tree
def installed_modules():
    modules = [{"Key": f"m{i}", "Source": f"registry.terraform.io/a/m{i}", "Version": "1.0.0", "Dir": f".terraform/modules/m{i % 20}"} for i in range(5000)]
    return {".terraform/modules/modules.json": json.dumps({"Modules": modules}), "main.tf": lines(lambda i: f'module "m{i}" {{\n  source = "a/m{i}/x"\n}}\n', 2500), **{f".terraform/modules/m{i}/main.tf": DISK.format('"a"') for i in range(20)}}


@tree
def pipelines():
    bomb = "a: &a [x,x,x]\n" + lines(lambda i: f"b{i}: &b{i} [{','.join(['*a'] * 30)}]\n", 2000)
    return {".github/workflows/a.yml": bomb + "run: terraform apply -var-file=" + "a" * 300000 + ".tfvars\n", ".github/workflows/b.yml": "- run: " + "terraform plan " + "-var-file=$(cat ${X}) " * 20000 + "\n", "main.tf": 'variable "x" {}\n' + DISK.format("var.x"), "x/env.tfvars": "x = 1\n"}


@tree
def state_of_numbers():
    return {"main.tf": DISK.format('"a"'), "s.tfstate": '{"version":4,"resources":[{"mode":"managed","type":"azurerm_managed_disk","name":"d","instances":[' + ",".join('{"index_key":' + "9" * 300 + ',"attributes":{"disk_size_gb":1e' + "9" * 200 + "}}" for _ in range(1500)) + "]}]}", ".args": "--state\ns.tfstate"}


@tree
def plan_wide():
    change = lambda i: {"address": f"azurerm_managed_disk.d[{i}]", "mode": "managed", "type": "azurerm_managed_disk", "name": "d", "index": i, "change": {"actions": ["update"], "before": {"name": "a" * 40}, "after": {"name": "b" * 40}, "after_unknown": {"location": True}}}
    return {"main.tf": 'resource "azurerm_managed_disk" "d" {\n  count = 3000\n  name = "d"\n  location = "a"\n}\n', "plan.json": json.dumps({"format_version": "1.2", "terraform_version": "1.5.0", "planned_values": {"root_module": {}}, "resource_changes": [change(i) for i in range(3000)]}), ".args": "--plan\nplan.json"}


@tree
def plan_of_expressions():
    reference = {"references": [f"module.m{i}.o" for i in range(2000)]}
    module = {"resources": [{"address": f"azurerm_managed_disk.d{i}", "mode": "managed", "type": "azurerm_managed_disk", "name": f"d{i}", "expressions": {"location": {"references": [f"azurerm_managed_disk.d{(i + j) % 300}.id" for j in range(60)]}}} for i in range(300)], "outputs": {"o": {"expression": reference}}}
    return {"main.tf": DISK.format('"a"'), "plan.json": json.dumps({"format_version": "1.2", "terraform_version": "1.5.0", "planned_values": {"root_module": {}}, "configuration": {"root_module": module}}), ".args": "--plan\nplan.json"}


@tree
def inventory_wide():
    ids = [SUB + f"/providers/Microsoft.Compute/disks/d{i}" for i in range(1500)]
    rows = [{"id": one, "name": one[-6:], "type": "microsoft.compute/disks", "location": "westeurope", "properties": {"creationData": {"sourceResourceId": ids[i - 1]}, "encryption": {"diskEncryptionSetId": ids[i] + "x"}}} for i, one in enumerate(ids)]
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'data "azurerm_managed_disk" "e{i}" {{\n  name = "${{var.x}}{i}"\n  resource_group_name = "g"\n}}\n', 3000), "rows.json": json.dumps(rows), ".args": "--inventory\nrows.json\n--inventory-findings"}


@tree
def terragrunt_wide():
    return {"terragrunt.hcl": "locals {\n  a = [for a in range(1000): [for b in range(500): \"${a}${b}\"]]\n}\ninputs = { x = local.a[0][0] }\n", **{f"u{i}/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("terragrunt.hcl")\n  merge_strategy = "deep"\n}\nterraform {\n  source = "../m"\n}\n'
            + lines(lambda j: f'dependency "d{j}" {{\n  config_path = "../u{(i + j + 1) % 250}"\n}}\n', 10) + f"inputs = {{ y = dependency.d0.outputs }}\n" for i in range(250)}, "m/main.tf": 'variable "x" {}\nvariable "y" {}\n' + DISK.format("var.x")}


@tree
def terragrunt_functions():
    return {"terragrunt.hcl": 'terraform {\n  source = "./m"\n}\nlocals {\n' + lines(lambda i: f'  a{i} = read_terragrunt_config(find_in_parent_folders("{"../" * 50}x{i}.hcl", "terragrunt.hcl"))\n  b{i} = run_cmd("a", "{i}")\n  c{i} = file("terragrunt.hcl")\n', 3000) + "}\ninputs = { x = local.c0 }\n", "m/main.tf": 'variable "x" {}\n' + DISK.format("var.x")}


@tree
def links_between_roots():
    return {".cmklint.hcl": lines(lambda i: f'link "r{i}" {{\n  from = "r{i + 1}"\n  inputs = {{ x = "o", y = "o" }}\n}}\n', 400), **{f"r{i}/main.tf": 'variable "x" {\n  default = "a"\n}\nvariable "y" {\n  default = "b"\n}\noutput "o" {\n  value = [var.x, var.y]\n}\n' + DISK.format("jsonencode([var.x, var.y])") for i in range(401)}}


@tree
def everything_at_once():
    costly = "locals {\n  a = [for a in range(1000): [for b in range(1000): \"${a}${b}\"]]\n}\n"
    worlds = lines(lambda i: f'variable "x{i}" {{}}\n', 30) + chain(lambda a, i: f'var.x{i} ? "r{i}" : {a}', 30, '"w"', "b").replace("local.a", "local.b") + SET.replace('"westus"', "local.b29")
    return {**{f"t{i}/main.tf": costly + worlds + lines(lambda j: DISK.format(f"local.b{j}\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id").replace('"d"', f'"d{j}"'), 20) for i in range(80)},
            **{f"b{i}/main.bicep": lines(lambda j: f"param x{j} bool\n", 30) + "var a = [for i in range(0, 1000): map(range(0, 1000), j => '${i}${j}')]\n" + lines(lambda j: BICEP_DISK.format(f"x{j} ? a[0][0] : 'b'").replace("resource d", f"resource d{j}").replace("'d'", f"'d{j}'"), 20) for i in range(80)},
            **{f"j{i}/azuredeploy.json": arm([arm_disk(f"d{j}", "[variables('v')[0]]") for j in range(10)], variables={"copy": [{"name": "v", "count": 800, "input": "[concat(string(range(0, 10000)), copyIndex('v'))]"}]}) for i in range(80)}}


@tree
def inventory_same_names():
    rows = [{"id": f"/subscriptions/0000000{i % 9}-0000-0000-0000-000000000001/resourceGroups/g{i}/providers/Microsoft.Compute/disks/d", "name": "d", "type": "microsoft.compute/disks", "location": "westeurope", "properties": {}} for i in range(3500)]
    disk = lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n  name = "d"\n  location = "a"\n}}\n'
    return {"main.tf": lines(disk, 3000), "rows.json": json.dumps(rows), ".args": "--inventory\nrows.json\n--inventory-findings"}


def faults_in_a_long_path(count, *args):
    """Findings that each show several places in a file whose path is long."""
    vault = lambda i: (f'resource "azurerm_key_vault" "v{i}" {{\n  name = "v{i}"\n  location = "westus"\n}}\nresource "azurerm_key_vault_key" "k{i}" {{\n  name = "k"\n  key_vault_id = azurerm_key_vault.v{i}.id\n  key_type = "EC"\n}}\n'
                       f'resource "azurerm_disk_encryption_set" "s{i}" {{\n  name = "s{i}"\n  location = "eastus"\n  key_vault_key_id = azurerm_key_vault_key.k{i}.id\n}}\nresource "azurerm_managed_disk" "d{i}" {{\n  name = "d{i}"\n  location = "a"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s{i}.id\n}}\n')
    return {"/".join(["abcdefghij" * 20] * 15) + "/main.tf": lines(vault, count), ".args": "\n".join(args)}


@tree
def long_path_sarif():
    return faults_in_a_long_path(1500, "-f", "sarif")


@tree
def long_path_graph():
    return faults_in_a_long_path(1500, "graph", "-f", "json")
