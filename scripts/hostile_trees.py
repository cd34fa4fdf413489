#!/usr/bin/env python3
"""Writes hostile trees, one a folder, each smaller than a megabyte: what a stranger could send to make a run slow, large or loud.

usage: hostile_trees.py FOLDER    `hostile.py BINARY FOLDER` then measures them. A file `.args` in a tree holds further arguments, one a line.
"""
import json
import pathlib
import sys

TREES = {}
DISK = 'resource "azurerm_managed_disk" "d" {{\n  name = "d"\n  location = {}\n}}\n'
SET = ('resource "azurerm_disk_encryption_set" "s" {\n  name = "s"\n  location = "westus"\n'
       '  key_vault_key_id = "https://v.vault.azure.net/keys/k"\n}\n')
BICEP_DISK = "resource d 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd'\n  location: {}\n}}\n"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
SUB = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g"


def tree(make):
    TREES[make.__name__.replace("_", "-")] = make
    return make


def lines(make, count):
    return "".join(make(i) for i in range(count))


def chain(step, count, first, name="a"):
    """Locals that each hang on the one before: a0 is `first`, a1 is step('local.a0', 1)."""
    body = lines(lambda i: f"  {name}{i} = {first if i == 0 else step(f'local.{name}{i - 1}', i)}\n", count)
    return f"locals {{\n{body}}}\n"


def arm(resources, **more):
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": resources})


def arm_disk(name="d", location="westeurope", **more):
    return {"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": name, "location": location, **more}


# Terraform: expressions.

@tree
def tf_calls_doubled():
    return {"main.tf": 'variable "x" {}\n' + chain(lambda a, i: f'format("%s%s", upper({a}), lower({a}))', 70, "var.x")
            + DISK.format('local.a69 == "x" ? "westeurope" : local.a69')}


@tree
def tf_calls_doubled_conditions():
    return {"main.tf": 'variable "x" {}\n' + chain(lambda a, i: f'"${{upper({a})}}{i}" == "x" ? upper({a}) : lower({a})', 60, "var.x")
            + SET + DISK.format("local.a59")}


@tree
def tf_text_doubled():
    return {"main.tf": chain(lambda a, i: f'"${{{a}}}${{{a}}}"', 60, '"westeurope"') + DISK.format("local.a59")}


@tree
def tf_list_doubled():
    return {"main.tf": chain(lambda a, i: f"concat({a}, {a})", 60, '["a"]') + DISK.format("local.a59[0]")}


@tree
def tf_list_nested_doubled():
    return {"main.tf": chain(lambda a, i: f"[{a}, {a}]", 60, '["a"]') + DISK.format("jsonencode(local.a59)")}


@tree
def tf_objects_doubled():
    return {"main.tf": chain(lambda a, i: f"{{ l = {a}, r = {a} }}", 60, "{ x = var.x }") + 'variable "x" {}\n'
            + DISK.format("jsonencode(local.a59)")}


@tree
def tf_loops():
    loops = "[for a in range(1000): [for b in range(1000): [for c in range(1000): [for d in range(1000): a + b + c + d]]]]"
    return {"main.tf": DISK.format(f"{loops}[0][0][0][0]")}


@tree
def tf_loops_many():
    one = "[for a in range(1000): join(\"\", [for b in range(200): \"${a}${b}\"])]"
    return {"main.tf": lines(lambda i: f"locals {{\n  a{i} = {one}\n}}\n", 2000)
            + DISK.format("join(\"\", [" + ", ".join(f"local.a{i}[0]" for i in range(2000)) + "])")}


@tree
def tf_numbers():
    wild = ["range(1000000000)", "range(0, 1000000000, 0.0001)", 'format("%1000000000d", 1)', 'format("%.1000000000f", 1.5)',
            'indent(1000000000, "a\\nb")', "pow(10, 1000000000)", "1e999999999", "9" * 100000, 'parseint("' + "z" * 100000 + '", 36)',
            "cidrsubnets(\"fd00::/8\", " + ", ".join(["56"] * 10000) + ")", 'cidrhost("fd00::/8", 1e30)', "log(2, 1e-300)",
            "setproduct(range(1000), range(1000), range(1000), range(1000), range(1000))", 'bcrypt("x", 31)', "chunklist(range(1000), 1)",
            'join("x", [for i in range(100000): "aaaaaaaaaa"])', 'substr("a", 0, 1e18)', '"${1e308 * 1e308}"', "ceil(1e308)", "1 << 2"]
    return {"main.tf": lines(lambda i: f"locals {{\n  a{i} = {wild[i]}\n}}\n", len(wild))
            + lines(lambda i: DISK.format(f"tostring(local.a{i})").replace('"d"', f'"d{i}"'), len(wild))}


@tree
def tf_regex():
    calls = ['regexall("(a*)*(b*)*c", local.t)', 'regexall("(.*)(.*)(.*)(.*)(.*)x", local.t)', 'replace(local.t, "/(a|aa)+$/", "$1$1")',
             'regex("a{1000}{1000}", local.t)', 'regexall("(?:a?){1000}a{1000}", local.t)', 'replace(local.t, "a", local.t)', 'split("a", local.t)',
             'regexall("(' + "|".join(f"a{i}b" for i in range(8000)) + ')+", local.t)']
    return {"main.tf": 'locals {\n  t = "' + "a" * 200000 + '"\n}\n'
            + lines(lambda i: DISK.format(calls[i % len(calls)] + f" == {i} ? \"a\" : \"b\"").replace('"d"', f'"d{i}"') if i % 8 != 7 or i < 8 else "", 800)}


@tree
def tf_sets_quadratic():
    return {"main.tf": "locals {\n  l = [for i in range(1000): \"item ${i}\"]\n  m = concat(local.l, local.l, local.l, local.l, local.l, local.l, local.l, local.l)\n}\n"
            + lines(lambda i: f"locals {{\n  a{i} = length(setsubtract(distinct(concat(local.m, [\"{i}\"])), local.m))\n  b{i} = setintersection(local.m, local.m)\n"
                    f"  c{i} = sort(local.m)\n  d{i} = index(local.m, \"item 999\")\n}}\n", 500)
            + DISK.format("tostring(" + " + ".join(f"local.a{i} + length(local.b{i}) + length(local.c{i}) + local.d{i}" for i in range(500)) + ")")}


@tree
def tf_json_and_back():
    return {"main.tf": chain(lambda a, i: f"jsonencode({{ a = {a}, b = jsondecode(jsonencode([{a}])) }})", 200, '"x"') + DISK.format("local.a199")}


@tree
def tf_yaml_bomb():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + lines(lambda i: f"a{i + 1}: &a{i + 1} [{','.join([f'*a{i}'] * 9)}]\n", 12)
    return {"b.yaml": bomb, "main.tf": DISK.format('yamldecode(file("b.yaml")).a12[0][0]')}


@tree
def tf_files_decoded_often():
    return {"b.json": "[" + ",".join(["[1]"] * 100000) + "]", "c.csv": "a\n" + "b\n" * 100000,
            "main.tf": lines(lambda i: DISK.format(f'jsondecode(file("b.json"))[{i}][0] + length(csvdecode(file("c.csv")))').replace('"d"', f'"d{i}"'), 1000)}


@tree
def tf_template_self():
    call = '${templatefile("t.tpl", { a = a, b = "${a}${a}" })}'
    return {"t.tpl": call * 8, "main.tf": DISK.format('templatefile("t.tpl", { a = "x", b = "" })')}


@tree
def tf_template_loops():
    loop = "%{ for a in l }%{ for b in l }%{ for c in l }${a}${b}${c}%{ endfor }%{ endfor }%{ endfor }"
    return {"t.tpl": loop * 100, "main.tf": lines(lambda i: DISK.format('templatefile("t.tpl", { l = range(100) })').replace('"d"', f'"d{i}"'), 300)}


@tree
def tf_deep():
    deep = {"parens": "(" * 60000 + "1" + ")" * 60000, "lists": "[" * 60000 + "]" * 60000, "objects": "{a=" * 40000 + "1" + "}" * 40000,
            "nots": "!" * 100000 + "true", "minus": "-" * 100000 + "1", "texts": '"${' * 30000 + "1" + '}"' * 30000,
            "conditions": "true ? 1 : " * 60000 + "2", "sums": "1 + " * 100000 + "1", "calls": "upper(" * 50000 + '"a"' + ")" * 50000}
    return {f"{name}/main.tf": DISK.format("local.a") + f"locals {{\n  a = {text}\n}}\n" for name, text in deep.items() if name in ("parens", "nots", "sums")}


@tree
def tf_deep_more():
    deep = {"lists": "[" * 50000 + "]" * 50000, "texts": '"${' * 20000 + "1" + '}"' * 20000, "conditions": "true ? 1 : " * 20000 + "2",
            "calls": "upper(" * 30000 + '"a"' + ")" * 30000, "fors": "[for a in " * 10000 + "[1]" + " : a]" * 10000}
    out = {f"{name}/main.tf": DISK.format("local.a") + f"locals {{\n  a = {text}\n}}\n" for name, text in deep.items() if text}
    out["blocks/main.tf"] = 'resource "azurerm_managed_disk" "d" {\n' + "a {\n" * 30000 + "}\n" * 30000 + "}\n"
    return out


@tree
def tf_traversal():
    return {"main.tf": DISK.format("local.a" + ".b" * 300000)}


@tree
def tf_indexes():
    return {"main.tf": DISK.format("local.a" + "[0]" * 200000), "b.tf": "locals {\n  b = local.a" + ".*" * 100000 + "\n}\n"}


@tree
def tf_heredoc():
    return {"main.tf": DISK.format("<<-EOT\n" + "    a ${var.x} %{ if var.x }b%{ endif }\n" * 20000 + "  EOT\n") + 'variable "x" {}\n'}


# Terraform: conditions.

@tree
def tf_conditions():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 5000)
            + chain(lambda a, i: f'var.x{i} ? "northeurope" : {a}', 5000, '"westeurope"') + SET
            + lines(lambda i: DISK.format(f"local.a{4999 - i}\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id").replace('"d"', f'"d{i}"'), 1000)}


@tree
def tf_conditions_of_one():
    functions = ["upper(var.x)", "lower(var.x)", "trimspace(var.x)", "substr(var.x, 0, 2)", "replace(var.x, \"a\", \"b\")", "var.x"]
    return {"main.tf": 'variable "x" {}\n' + chain(lambda a, i: f'{functions[i % 6]} == "v{i % 9}" ? "r{i}" : {a}', 60, '"westeurope"') + SET
            + lines(lambda i: DISK.format(f"local.a{59 - i % 30}\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id").replace('"d"', f'"d{i}"'), 3000)}


@tree
def tf_conditions_on_everything():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 1500) + SET.replace("{\n", "{\n  count = var.x0 ? 1 : 0\n", 1)
            + lines(lambda i: DISK.format(f'var.x{i} ? "a" : "b"\n  count = var.x{(i * 7) % 1500} ? 1 : 0\n  disk_encryption_set_id = var.x{(i * 3) % 1500} ? azurerm_disk_encryption_set.s[0].id : null')
                    .replace('"d"', f'"d{i}"'), 1500)}


@tree
def tf_validations():
    names = ", ".join(f'"region{i}"' for i in range(20000))
    return {"main.tf": f'variable "x" {{\n  validation {{\n    condition = contains([{names}], var.x)\n    error_message = "no"\n  }}\n}}\n' + SET
            + lines(lambda i: DISK.format("var.x\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id").replace('"d"', f'"d{i}"'), 2000)}


@tree
def tf_table_by_unknown():
    table = ", ".join(f'k{i} = "region{i}"' for i in range(8000))
    return {"main.tf": f'variable "x" {{}}\nvariable "y" {{}}\nlocals {{\n  t = {{ {table} }}\n  u = {{ a = local.t, b = local.t }}\n}}\n' + SET
            + lines(lambda i: DISK.format(f'local.u[var.y][var.x] == "region{i}" ? local.t[var.x] : local.t["k{i}"]\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id')
                    .replace('"d"', f'"d{i}"'), 2000)}


@tree
def tf_snapshots_in_a_chain():
    return {"main.tf": 'variable "x" {}\n' + SET + lines(lambda i: f'resource "azurerm_snapshot" "s{i}" {{\n  name = "s{i}"\n  location = var.x == {i} ? "a" : "b"\n  create_option = "Copy"\n'
            f'  source_resource_id = var.x == {i} ? azurerm_snapshot.s{i + 1}.id : azurerm_snapshot.s{i + 2}.id\n}}\n', 3000)}


@tree
def tf_grants():
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'resource "azurerm_disk_encryption_set" "s{i}" {{\n  name = "s{i}"\n  key_vault_key_id = azurerm_key_vault_key.k.id\n  identity {{\n    type = "SystemAssigned"\n  }}\n}}\n'
            f'resource "azurerm_role_assignment" "r{i}" {{\n  principal_id = var.x == {i} ? azurerm_disk_encryption_set.s{i}.identity[0].principal_id : var.x\n  scope = var.x\n}}\n', 2000)
            + 'resource "azurerm_key_vault_key" "k" {\n  name = "k"\n  key_vault_id = azurerm_key_vault.v.id\n  key_type = "RSA"\n}\nresource "azurerm_key_vault" "v" {\n  name = "v"\n  location = "westus"\n}\n'}


@tree
def tf_names_unknown():
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n  name = "${{var.x}}{i}${{var.x}}"\n  location = "a"\n}}\n'
            f'data "azurerm_managed_disk" "e{i}" {{\n  name = "${{var.x}}${{var.x}}{i}"\n  resource_group_name = var.x\n}}\n', 3500)}


@tree
def tf_unknown_things():
    return {"main.tf": lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n  name = nofunction(local.none{i})\n  location = module.none.x\n  for_each = var.none\n}}\n', 5000)}


# Terraform: modules, blocks, files.

@tree
def tf_modules():
    call = lambda i: lines(lambda j: f'module "m{j}" {{\n  source = "../m{i + 1}"\n  count = 10\n}}\n', 5)
    return {"main.tf": call(-1).replace("../", "./"), **{f"m{i}/main.tf": call(i) for i in range(12)}, "m12/main.tf": DISK.format('"westeurope"')}


@tree
def tf_many_roots():
    one = 'locals {\n  a = [for a in range(1000): [for b in range(1000): "${a}${b}"]]\n  b = [for a in range(900): upper(join(",", local.a[a]))]\n}\n' + DISK.format("local.b[0]")
    return {f"r{i}/main.tf": one for i in range(1500)}


@tree
def tf_many_roots_of_worlds():
    one = (lines(lambda i: f'variable "x{i}" {{}}\n', 20) + chain(lambda a, i: f'var.x{i} ? "r{i}" : {a}', 20, '"westeurope"') + chain(lambda a, i: f'var.x{19 - i} ? "s{i}" : {a}', 20, '"w"', "b")
           + SET.replace('"westus"', "local.b19") + lines(lambda i: DISK.format("local.a19\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id").replace('"d"', f'"d{i}"'), 8))
    return {f"r{i}/main.tf": one for i in range(320)}


@tree
def tf_moves():
    return {"main.tf": DISK.format('"a"') + lines(lambda i: f"moved {{\n  from = azurerm_managed_disk.d{i}\n  to = azurerm_managed_disk.d{i + 1}\n}}\n", 8000)
            + "moved {\n  from = azurerm_managed_disk.d8000\n  to = azurerm_managed_disk.d0\n}\n"}


@tree
def tf_values_huge():
    return {"terraform.tfvars": "l = [" + ",".join(["1"] * 300000) + "]\n",
            "main.tf": 'variable "l" {}\nvariable "x" {}\n' + lines(lambda i: DISK.format(f"[for a in var.l: a + {i}][var.x]\n  tags = {{ a = jsonencode(var.l), b = length(concat(var.l, [var.x])) }}").replace('"d"', f'"d{i}"'), 300)}


@tree
def tf_calls_of_huge_values():
    return {"terraform.tfvars": "l = [" + ",".join(["1"] * 100000) + "]\n",
            "main.tf": 'variable "l" {}\nvariable "x" {}\n' + lines(lambda i: DISK.format(f"element(concat(var.l, [var.x, {i}]), var.x)").replace('"d"', f'"d{i}"'), 3000)}


@tree
def tf_one_long_line():
    return {"main.tf.json": json.dumps({"resource": {"azurerm_disk_encryption_set": {"s": {"name": "s", "location": "westus", "key_vault_key_id": "https://v.vault.azure.net/secrets/k"}},
            "azurerm_managed_disk": {f"d{i}": {"name": f"d{i}", "location": "eastus", "disk_encryption_set_id": "${azurerm_disk_encryption_set.s.id}"} for i in range(6000)}}})}


@tree
def tf_errors_on_one_line():
    return {"main.tf": DISK.format('"a"') + "a = " + "@ b = 1 ${ " * 30000, "b.tf": 'x "y" "z" {} ' * 20000, "c.tf": "= \n" * 80000}


@tree
def tf_ignores():
    return {"main.tf": "# cmklint-ignore: CMK001\n" * 35000 + DISK.format('"a"')}


@tree
def tf_ignores_on_one_line():
    return {"main.tf": DISK.format('"a"') + "/* cmklint-ignore: CMK001 */ " * 33000 + "\n"}


@tree
def tf_blocks():
    return {"main.tf": lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{}}\n', 20000)}


@tree
def tf_small_files():
    return {f"f{i}.tf": f'resource "azurerm_managed_disk" "d{i}" {{\n  location = var.x\n}}\n' for i in range(5000)}


@tree
def tf_cycle():
    return {"main.tf": "locals {\n" + lines(lambda i: f"  a{i} = local.a{(i + 1) % 20000}\n", 20000) + "}\n" + DISK.format("local.a0")}


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
    deep = {"resources": [], "child_modules": []}
    for i in range(8000):
        deep = {"address": f"module.m{i}", "resources": [], "child_modules": [deep]}
    sys.setrecursionlimit(100000)
    text = '{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{"root_module":' + '{"child_modules":[' * 40000 + "]}" * 40000 + "}}"
    return {"main.tf": DISK.format('"a"'), "plan.json": text, ".args": "--plan\nplan.json"}


@tree
def inventory_bomb():
    row = {"id": SUB + "/providers/Microsoft.Compute/disks/d", "name": "d", "type": "microsoft.compute/disks", "location": "westeurope", "properties": {}}
    rows = [{**row, "id": row["id"] + str(i), "name": f"d{i}"} for i in range(2000)]
    text = json.dumps(rows)[:-1] + ',{"id":"x","properties":' + '{"a":' * 60000 + "1" + "}" * 60000 + "}]"
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'data "azurerm_managed_disk" "e{i}" {{\n  name = var.x\n  resource_group_name = "g"\n}}\n', 1000), "rows.json": text, ".args": "--inventory\nrows.json"}


# Bicep.

def bicep_chain(step, count, first):
    return lines(lambda i: f"var a{i} = {first if i == 0 else step(f'a{i - 1}', i)}\n", count)


@tree
def bicep_calls_doubled():
    return {"main.bicep": "param x string\n" + bicep_chain(lambda a, i: f"concat(toUpper({a}), toLower({a}))", 70, "x") + BICEP_DISK.format("a69 == 'x' ? 'westeurope' : a69")}


@tree
def bicep_text_doubled():
    return {"main.bicep": bicep_chain(lambda a, i: f"'${{{a}}}${{{a}}}'", 60, "'westeurope'") + BICEP_DISK.format("a59")}


@tree
def bicep_lists_doubled():
    return {"main.bicep": bicep_chain(lambda a, i: f"[{a}, {a}]", 60, "['a']") + BICEP_DISK.format("string(a59)") + "var u = union(a59, a58)\noutput o array = u\n"}


@tree
def bicep_loops():
    return {"main.bicep": "var a = [for i in range(0, 1000): map(range(0, 1000), j => map(range(0, 1000), k => '${i}${j}${k}'))]\n"
            "var r = reduce(range(0, 10000), 'x', (p, n) => '${p}${p}')\nvar s = sort(range(0, 10000), (p, n) => length(filter(range(0, 1000), q => q < p)) < n)\n"
            + BICEP_DISK.format("'${a[0][0][0]}${r}${s[0]}'")}


@tree
def bicep_functions():
    return {"main.bicep": "func f0(x string) string => '${x}${x}'\n" + lines(lambda i: f"func f{i + 1}(x string) string => '${{f{i}(x)}}${{f{i}('${{x}}${{x}}')}}'\n", 80) + BICEP_DISK.format("f80('westeurope')")}


@tree
def bicep_types():
    return {"main.bicep": lines(lambda i: f"type t{i} = {{\n  a: t{i + 1}\n  b: t{i + 1}?\n  c: t{i + 1}[]\n}}\n", 200) + "type t200 = " + " | ".join(f"'v{i}'" for i in range(20000)) + "\nparam p t0\nparam q t200\n"
            + BICEP_DISK.format("q == 'v1' ? p.a.a.a : q")}


@tree
def bicep_numbers():
    return {"main.bicep": "var a = range(0, 2147483647)\nvar b = padLeft('a', 2147483647)\nvar c = format('{0,2147483647}{0:D999999999}', 1)\nvar e = 99999999999999999999999\n"
            "var f = [for i in range(0, 9223372036854775807): i]\nvar g = cidrSubnet('fd00::/8', 128, 9223372036854775807)\nvar h = take(range(0, 10000), 9223372036854775807)\n"
            "resource ds 'Microsoft.Compute/disks@2024-03-02' = [for i in range(0, 2147483647): {\n  name: 'd${i}${b}${c}'\n  location: string(a)\n}]\noutput o array = [e, f, g, h]\n"}


@tree
def bicep_deep():
    deep = {"parens": "(" * 100000 + "1" + ")" * 100000, "lists": "[" * 100000 + "]" * 100000, "nots": "!" * 200000 + "true"}
    return {f"{name}.bicep": BICEP_DISK.format("string(a)") + f"var a = {text}\n" for name, text in deep.items()}


@tree
def bicep_deep_more():
    deep = {"texts": "'${" * 50000 + "1" + "}'" * 50000, "conditions": "true ? 1 : " * 30000 + "2", "objects": "{a:" * 30000 + "1" + "}" * 30000, "sums": "1 + " * 50000 + "1"}
    return {f"{name}.bicep": BICEP_DISK.format("string(a)") + f"var a = {text}\n" for name, text in deep.items()}


@tree
def bicep_broken():
    return {"a.bicep": BICEP_DISK.format("'a'") + "resource x {{{ '${ [for ( @ # ?? ::" * 6000, "b.bicep": BICEP_DISK.format("'a'") + "'''\n" * 100000 + "${", "c.bicep": BICEP_DISK.format("'a'") + "var a = [\n" * 30000}


@tree
def bicep_texts_loaded():
    return {"t.json": json.dumps([[i] for i in range(60000)]), "t.txt": "a" * 200000,
            "main.bicep": lines(lambda i: f"var j{i} = loadJsonContent('t.json')\nvar t{i} = '${{loadTextContent('t.txt')}}${{loadTextContent('t.txt')}}'\n", 1000)
            + BICEP_DISK.format("'" + "".join(f"${{t{i}}}${{j{i}[0][0]}}" for i in range(1000)) + "'")}


@tree
def bicep_modules():
    call = lambda i: f"module m 'm{i + 1}.bicep' = [for i in range(0, 10): {{\n  name: 'm${{i}}'\n  params: {{ x: '${{x}}${{x}}' }}\n}}]\nparam x string = 'a'\n" * 1
    return {**{f"m{i}.bicep": call(i) + call(i).replace("module m", "module n").split("param")[0] for i in range(14)}, "m14.bicep": "param x string\n" + BICEP_DISK.format("x")}


@tree
def bicep_many_roots():
    one = "var a = [for i in range(0, 1000): map(range(0, 1000), j => '${i}${j}')]\nvar b = [for i in range(0, 1000): toUpper(join(a[i], ','))]\n" + BICEP_DISK.format("b[0]") + lines(lambda i: f"var c{i} = concat(a, [{i}])\n", 40)
    return {f"r{i}.bicep": one for i in range(700)}


@tree
def bicep_conditions():
    return {"main.bicep": lines(lambda i: f"param x{i} bool\n", 3000) + bicep_chain(lambda a, i: f"x{i} ? 'northeurope' : {a}", 150, "'westeurope'")
            + "resource s 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {\n  name: 's'\n  location: 'westus'\n  properties: { activeKey: { keyUrl: 'https://v.vault.azure.net/keys/k' } }\n}\n"
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = if (x{i}) {{\n  name: 'd{i}'\n  location: a{149 - i % 60}\n  properties: {{ encryption: {{ diskEncryptionSetId: x{i + 1} ? s.id : null }} }}\n}}\n", 2500)}


@tree
def bicep_conditions_of_one():
    functions = ["toUpper(x)", "toLower(x)", "trim(x)", "substring(x, 0, 2)", "replace(x, 'a', 'b')", "x"]
    return {"main.bicep": "param x string\n" + bicep_chain(lambda a, i: f"{functions[i % 6]} == 'v{i % 9}' ? 'r{i}' : {a}", 60, "'westeurope'")
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = if (contains(x, 'd{i}')) {{\n  name: 'd{i}'\n  location: a{59 - i % 30}\n}}\n", 4000)}


@tree
def bicep_allowed():
    allowed = "\n".join(f"  'region{i}'" for i in range(15000))
    return {"main.bicep": f"@allowed([\n{allowed}\n])\nparam x string\n"
            + "resource s 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {\n  name: 's'\n  location: 'westus'\n  properties: { activeKey: { keyUrl: 'https://v.vault.azure.net/keys/k' } }\n}\n"
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = if (x != 'region{i}') {{\n  name: 'd{i}'\n  location: x\n  properties: {{ encryption: {{ diskEncryptionSetId: s.id }} }}\n}}\n", 2500)}


@tree
def bicep_table_by_unknown():
    table = "\n".join(f"  k{i}: {{ location: 'region{i}', size: {{ a: 'b' }} }}" for i in range(8000))
    return {"main.bicep": f"param x string\nparam y string\nvar t = {{\n{table}\n}}\n"
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: t[x].size.a\n  location: t[x].location == t[y].location ? t[x].location : t[toLower(y)].location\n}}\n", 1500)}


@tree
def bicep_ignores():
    return {"main.bicep": "// cmklint-ignore: CMK001\n" * 30000 + BICEP_DISK.format("'a'")}


@tree
def bicep_names_unknown():
    return {"main.bicep": "param x string\n" + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: '${{x}}{i}${{x}}'\n  location: 'a'\n}}\n"
            f"resource e{i} 'Microsoft.Compute/disks@2024-03-02' existing = {{\n  name: '${{x}}${{x}}{i}'\n}}\n", 3500)}


@tree
def bicep_machines():
    disks = "\n".join(f"        {{ lun: {i}, createOption: x ? 'Attach' : 'Empty', managedDisk: y{i % 50} ? {{ diskEncryptionSet: {{ id: z }} }} : null }}" for i in range(3000))
    return {"main.bicep": "param x bool\nparam z string\n" + lines(lambda i: f"param y{i} bool\n", 50) + "resource v 'Microsoft.Compute/virtualMachines@2024-03-01' = {\n  name: 'v'\n  location: 'a'\n  properties: {\n    storageProfile: {\n      dataDisks: y0 ? [\n"
            + disks + "\n      ] : y1 ? [] : null\n    }\n  }\n}\n"}


# ARM templates.

@tree
def arm_text_doubled():
    return {"azuredeploy.json": arm([arm_disk(location="[variables('a59')]")], variables={f"a{i}": "westeurope" if i == 0 else f"[concat(variables('a{i - 1}'), variables('a{i - 1}'))]" for i in range(60)})}


@tree
def arm_calls_deep():
    return {"azuredeploy.json": arm([arm_disk(location="[" + "concat(" * 60000 + "'a'" + ")" * 60000 + "]"), arm_disk("e", "[" + "if(true(), " * 20000 + "'a'" + ", 'b')" * 20000 + "]")])}


@tree
def arm_json_deep():
    return {"azuredeploy.json": arm([arm_disk()])[:-1] + ', "outputs": ' + "[" * 400000 + "]" * 400000 + "}"}


@tree
def arm_numbers():
    wild = ["range(0, 2147483647)", "padLeft('a', 2147483647)", "format('{0,2147483647}', 1)", "replace(padLeft('a', 100000, 'a'), 'a', padLeft('b', 100000))", "cidrSubnet('fd00::/8', 128, 2147483647)",
            "split(padLeft('a', 900000, ','), ',')", "union(range(0, 10000), range(5000, 10000))", "intersection(range(0, 10000), range(5000, 10000))", "lastIndexOf(padLeft('a', 900000), 'aa')"]
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", f"[string({wild[i % len(wild)]})]") for i in range(3000)]
            + [{**arm_disk("[format('d{0}', copyIndex())]"), "copy": {"name": "c", "count": 2147483647}}])}


@tree
def arm_copies():
    def nested(depth):
        inner = [arm_disk("[format('d{0}', copyIndex())]")] if depth == 0 else [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "[format('n{0}', copyIndex())]",
            "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": json.loads(arm(nested(depth - 1)))}}]
        return [{**resource, "copy": {"name": f"c{depth}{j}", "count": 800}} for resource in inner for j in range(2)]
    return {"azuredeploy.json": arm(nested(6))}


@tree
def arm_copies_of_properties():
    copy = {"name": "a", "count": 800, "input": {"copy": [{"name": "b", "count": 800, "input": {"copy": [{"name": "c", "count": 800, "input": "[concat(copyIndex('a'), copyIndex('b'), copyIndex('c'))]"}]}}]}}
    return {"azuredeploy.json": arm([arm_disk(properties={"copy": [copy]}, location="[variables('v')[0].b[0]]")], variables={"copy": [{**copy, "name": f"v{i}" if i else "v"} for i in range(500)]})}


@tree
def arm_parameters_huge():
    return {"azuredeploy.json": arm([{**arm_disk("[format('d{0}', parameters('l')[copyIndex()])]", "[string(indexOf(parameters('l'), copyIndex()))]"), "copy": {"name": "c", "count": "[length(parameters('l'))]"}}], parameters={"l": {"type": "array"}}),
            "azuredeploy.parameters.json": json.dumps({"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "contentVersion": "1.0.0.0", "parameters": {"l": {"value": list(range(100000))}}})}


@tree
def arm_allowed():
    allowed = [f"region{i}" for i in range(8000)]
    sets = {"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": "s", "location": "westus", "properties": {"activeKey": {"keyUrl": "https://v.vault.azure.net/keys/k"}}}
    return {"azuredeploy.json": arm([sets] + [arm_disk(f"d{i}", "[parameters('x')]", properties={"encryption": {"diskEncryptionSetId": "[resourceId('Microsoft.Compute/diskEncryptionSets', 's')]"}},
            condition=f"[not(equals(toLower(parameters('x')), 'region{i}'))]") for i in range(2000)], parameters={"x": {"type": "string", "allowedValues": allowed}})}


@tree
def arm_errors_on_one_line():
    return {"azuredeploy.json": arm([arm_disk(f"[nofunction({i}", f"[variables('v{i}')]") for i in range(6000)])}


@tree
def arm_many_roots():
    one = arm([arm_disk(location="[variables('v')[0]]")], variables={"copy": [{"name": f"v{i}" if i else "v", "count": 800, "input": f"[concat(string(range(0, 10000)), copyIndex('v{i}'))]" if i else "[string(range(0, 10000))]"} for i in range(8)]})
    return {f"r{i}/azuredeploy.json": one for i in range(800)}


@tree
def tf_templates_nested():
    template = arm([arm_disk("[format('d{0}', copyIndex())]", "[string(range(0, 10000))]", copy={"name": "c", "count": 250})])
    return {"t.json": template, "main.tf": 'resource "azurerm_resource_group_template_deployment" "t" {\n  count = 1000\n  name = "t${count.index}"\n  resource_group_name = "g"\n  deployment_mode = "Incremental"\n  template_content = file("t.json")\n}\n'}


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


def main():
    top = pathlib.Path(sys.argv[1])
    for name, make in TREES.items():
        files = make()
        size = sum(len(text.encode()) for text in files.values())
        if size > 1 << 20:
            sys.exit(f"{name} has {size} bytes, more than a megabyte")
        for path, text in files.items():
            file = top / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


if __name__ == "__main__":
    main()
