"""Terraform: expressions, conditions, modules, blocks, files."""
import json

from common import DISK, SET, chain, lines, tree


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
