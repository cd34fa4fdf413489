"""Terraform: growth by functions, `for_each` of `for_each`, modules, many inputs, references, what reports repeat."""
import json

from common import DISK, SET, SUB, chain, lines, tree

KEY = '\nresource "azurerm_key_vault_key" "k{0}" {{\n  name = "k{0}"\n  key_vault_id = azurerm_key_vault.v{0}.id\n  key_type = "EC"\n}}\n'
VAULT = 'resource "azurerm_key_vault" "v{0}" {{\n  name = "v{0}"\n  location = "westus"\n  resource_group_name = "g"\n}}\n'


def numbered(text, i):
    return text.replace('"d"', f'"d{i}"').replace('"s"', f'"s{i}"')


@tree
def tf_products_growing():
    return {"main.tf": chain(lambda a, i: f"setproduct({a}, {a})", 40, '["a", "b"]') + DISK.format('"${length(local.a39)}"')
            + chain(lambda a, i: f'[for p in setproduct({a}, ["x", "y"]) : join("", p)]', 60, '["a"]', "b").replace("local.a", "local.b") + DISK.format("local.b59[0]").replace('"d"', '"e"')}


@tree
def tf_replace_growing():
    return {"main.tf": chain(lambda a, i: f'replace({a}, "a", "aaaaaaaaaa")', 40, '"a"') + DISK.format("local.a39")
            + chain(lambda a, i: f'replace({a}, "/(.)/", "$1$1$1$1$1$1$1$1$1$1")', 40, '"a"', "b").replace("local.a", "local.b") + DISK.format("local.b39").replace('"d"', '"e"')
            + chain(lambda a, i: f'join({a}, ["a", "b", "c", "d", "e"])', 60, '"a"', "c").replace("local.a", "local.c") + DISK.format("local.c59").replace('"d"', '"f"')}


@tree
def tf_paddings():
    return {"main.tf": lines(lambda i: numbered(DISK.format(f'format("%{900000 + i}s", "a") == "b" ? "c" : format("%0{900000 + i}d", {i})'), i), 5000)}


@tree
def tf_encoded_over_and_over():
    call = "base64encode(urlencode(jsonencode([{0}, {0}])))"
    return {"main.tf": chain(lambda a, i: call.format(a), 60, '"a"') + DISK.format("local.a59")
            + chain(lambda a, i: f"base64gzip(sha512(base64gzip(join({a}, [{a}, {a}, {a}]))))", 200, '"a"', "b").replace("local.a", "local.b") + DISK.format("local.b199").replace('"d"', '"e"')}


@tree
def tf_digests():
    return {"main.tf": 'locals {\n  t = join("", [for i in range(1000) : "' + "a" * 1000 + '${i}"])\n}\n'
            + lines(lambda i: numbered(DISK.format(f'md5("${{local.t}}{i}") == sha512(local.t) ? "a" : base64sha256("${{local.t}}{i}")'), i), 3000)}


@tree
def tf_for_each_of_for_each():
    one = 'resource "azurerm_managed_disk" "d{0}" {{\n  for_each = {1}\n  name = "${{each.key}}{0}"\n  location = try(each.value.location, "westeurope")\n}}\n'
    return {"main.tf": one.format(0, 'toset([for i in range(1000) : tostring(i)])') + lines(lambda i: one.format(i + 1, f"azurerm_managed_disk.d{i}"), 2000)}


@tree
def tf_modules_for_each():
    call = 'variable "x" {{\n  default = {{}}\n}}\nmodule "m" {{\n  source = "{0}"\n  for_each = toset([for i in range(300) : tostring(i)])\n  x = {{ a = var.x, b = var.x, k = each.key }}\n}}\n'
    return {"main.tf": call.format("./m0"), **{f"m{i}/main.tf": call.format(f"../m{i + 1}") for i in range(6)}, "m6/main.tf": 'variable "x" {}\n' + DISK.format("jsonencode(var.x)")}


@tree
def tf_module_values_doubled():
    call = 'variable "x" {{\n  default = ["a"]\n}}\nmodule "m" {{\n  source = "{}"\n  x = [var.x, var.x]\n}}\noutput "o" {{\n  value = [module.m.o, module.m.o]\n}}\n'
    return {"main.tf": call.format("./m0"), **{f"m{i}/main.tf": call.format(f"../m{i + 1}") for i in range(50)},
            "m50/main.tf": 'variable "x" {}\noutput "o" {\n  value = var.x\n}\n' + DISK.format("jsonencode(var.x)"), "use.tf": DISK.format("jsonencode(module.m.o)").replace('"d"', '"u"')}


@tree
def tf_module_itself():
    return {"main.tf": DISK.format('"a"') + lines(lambda i: f'module "m{i}" {{\n  source = "./{"a/../" * (i % 50)}."\n}}\nmodule "n{i}" {{\n  source = "./b/.."\n}}\n', 3000)}


@tree
def tf_variable_files():
    costly = "locals {\n  a = [for a in range(1000): [for b in range(200): \"${var.x}${a}${b}\"]]\n}\n"
    return {"main.tf": 'variable "x" {}\n' + costly + DISK.format("upper(join(\",\", local.a[0]))"), **{f"env/e{i}.tfvars": f'x = "{i}"\n' for i in range(900)}}


@tree
def tf_variable_files_loaded_by_themselves():
    return {"main.tf": 'variable "x" {}\n' + DISK.format("var.x"), **{f"e{i}.auto.tfvars": f'x = "{i}"\n' + "".join(f"y{j} = {i}\n" for j in range(30)) for i in range(2000)}}


@tree
def tf_variable_files_named_by_scripts():
    return {**{f"r{i}/main.tf": 'variable "x" {}\n' + DISK.format("var.x") for i in range(60)}, **{f"vars/e{i}.tfvars": f'x = "{i}"\n' for i in range(300)},
            "Makefile": lines(lambda i: f"t{i}:\n\tcd r{i % 60} && terraform plan -var-file=../vars/e{i % 300}.tfvars -var-file ../vars/e{(i * 7) % 300}.tfvars\n", 6000)}


@tree
def tf_dynamic_blocks():
    inner = "x = d0.value"
    for depth in range(8):
        inner = f'dynamic "a{depth}" {{\n  for_each = range(1000)\n  iterator = d{depth}\n  content {{\n{inner}\n  }}\n}}\n'
    return {"main.tf": lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n  name = "d{i}"\n  location = "a"\n{inner}}}\n', 400)}


@tree
def tf_merges():
    return {"main.tf": 'variable "x" {}\nlocals {\n  m0 = {for i in range(1000) : "k${i}" => i}\n' + lines(lambda i: f'  m{i + 1} = merge(local.m{i}, {{k{i} = var.x}}, {{for i in range(1000) : "${{i}}" => [i, var.x]...}})\n', 4000)
            + "}\n" + DISK.format("jsonencode(local.m4000)")}


@tree
def tf_keys_unknown():
    return {"main.tf": 'variable "x" {}\nvariable "y" {}\nlocals {\n  m = {for i in range(1000) : "${var.x}${i}" => i}\n  n = {for k, v in local.m : "${k}${var.y}" => k}\n}\n'
            + lines(lambda i: numbered(DISK.format(f'local.m["${{var.y}}{i}"] == local.n[var.x] ? "a" : lookup(local.n, local.m[var.y], "b")'), i), 2000)}


@tree
def tf_sets_of_unknown():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 1500) + "locals {\n  l = [" + ", ".join(f"var.x{i}" for i in range(1500)) + "]\n}\n"
            + lines(lambda i: numbered(DISK.format(f'contains(distinct(local.l), var.x{i}) ? sort(local.l)[{i}] : tolist(setunion(local.l, [var.x{i}]))[0]'), i), 800)}


@tree
def tf_combining_marks():
    return {"main.tf": SET.replace('"westus"', '"westus' + "\u0301" * 200000 + '"') + DISK.format('"east\u202eus' + "\u200d\U0001f468" * 20000 + '"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id') + SET.replace("/keys/", "/secrets/").replace('"s"', '"t"')}


@tree
def tf_names_huge():
    name = "n" * 300000
    return {"main.tf": SET.replace('"s"\n', f'"{name}"\n', 1).replace("/keys/k", "/secrets/k") + lines(lambda i: numbered(DISK.format('"eastus"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id'), i), 3000),
            "b.tf": 'resource "azurerm_disk_encryption_set" "' + "m" * 200000 + '" {\n  name = "x"\n  key_vault_key_id = "https://v.vault.azure.net/secrets/k"\n  location = "a"\n}\n'}


@tree
def tf_values_long_in_findings():
    return {"main.tf": "locals {\n  l = format(\"%200000s\", \"a\")\n}\n" + lines(lambda i: numbered(SET.replace("https://v.vault.azure.net/keys/k", "https://v.vault.azure.net/secrets/${local.l}%d" % i), i), 3000)}


@tree
def tf_spaces():
    return {"a/main.tf": DISK.format('"a"') + "\r" * 900000, "b/main.tf": DISK.format('"a"') + "\0" * 1000, "c/main.tf": "\ufeff" * 20000 + DISK.format('"a"'), "d/main.tf": DISK.format('"a"') + " " * 60000 + "\u2028" * 1000}


@tree
def tf_pairs_of_everything():
    return {"main.tf": 'variable "x" {}\n' + VAULT.format(0) + KEY.format(0) + lines(lambda i: numbered(SET.replace('"https://v.vault.azure.net/keys/k"', "azurerm_key_vault_key.k0.id").replace('"westus"', '"eastus"'), i), 1500)
            + lines(lambda i: numbered(DISK.format(f'"r{i}"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s{i % 1500}.id'), i), 3000)}


@tree
def tf_one_set_for_all():
    choice = "var.x == 0 ? azurerm_disk_encryption_set.s0.id : " + "".join(f"var.x == {i} ? azurerm_disk_encryption_set.s{i}.id : " for i in range(1, 60)) + "null"
    return {"main.tf": 'variable "x" {}\nlocals {\n  c = ' + choice + "\n}\n" + lines(lambda i: numbered(SET.replace('"westus"', f'"r{i}"'), i), 60)
            + lines(lambda i: numbered(DISK.format('"eastus"\n  disk_encryption_set_id = local.c'), i), 7000)}


@tree
def tf_grants_by_text():
    return {"main.tf": 'variable "x" {}\n' + VAULT.format(0) + KEY.format(0) + lines(lambda i: numbered(SET.replace('"https://v.vault.azure.net/keys/k"', "azurerm_key_vault_key.k0.id\n  identity {\n    type = \"SystemAssigned\"\n  }"), i), 1200)
            + lines(lambda i: f'resource "azurerm_key_vault_access_policy" "p{i}" {{\n  key_vault_id = "${{var.x}}{i}"\n  object_id = "${{var.x}}/{i}"\n  tenant_id = "t"\n  key_permissions = ["Get", "WrapKey", "UnwrapKey"]\n}}\n', 2500)}


@tree
def tf_waits_in_a_chain():
    return {"main.tf": VAULT.format(0) + KEY.format(0) + lines(lambda i: numbered(SET.replace('"https://v.vault.azure.net/keys/k"', "azurerm_key_vault_key.k0.id\n  identity {\n    type = \"SystemAssigned\"\n  }"), i), 500)
            + lines(lambda i: f'resource "azurerm_key_vault_access_policy" "p{i}" {{\n  key_vault_id = azurerm_key_vault.v0.id\n  object_id = azurerm_disk_encryption_set.s{i}.identity[0].principal_id\n  tenant_id = "t"\n'
                    f'  key_permissions = ["Get", "WrapKey", "UnwrapKey"]\n  depends_on = [null_resource.n0]\n}}\n', 500)
            + lines(lambda i: f'resource "null_resource" "n{i}" {{\n  depends_on = [null_resource.n{i + 1}, null_resource.n{i + 2}]\n}}\n', 4000)
            + lines(lambda i: numbered(DISK.format(f'"westus"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s{i % 500}.id\n  depends_on = [null_resource.n0]'), i), 1500)}


@tree
def tf_waits_for_all():
    every = ", ".join(f"azurerm_managed_disk.d{i}" for i in range(400))
    return {"main.tf": lines(lambda i: numbered(DISK.format(f'"a"\n  depends_on = [{every}]'), i), 80) + SET}


@tree
def tf_image_versions():
    regions = lines(lambda i: f'  target_region {{\n    name = "r{i}"\n    regional_replica_count = 1\n    storage_account_type = "Standard_LRS"\n    disk_encryption_set_id = azurerm_disk_encryption_set.s{i % 40}.id\n  }}\n', 60)
    return {"main.tf": lines(lambda i: numbered(SET.replace('"westus"', f'"r{i}"'), i), 40)
            + lines(lambda i: f'resource "azurerm_shared_image_version" "i{i}" {{\n  name = "1.0.{i}"\n  gallery_name = "g"\n  image_name = "i"\n  resource_group_name = "g"\n  location = "a"\n  managed_image_id = azurerm_image.m.id\n{regions}}}\n', 70)
            + 'resource "azurerm_image" "m" {\n  name = "m"\n  location = "a"\n}\n'}


@tree
def tf_machines_with_disks():
    disks = lines(lambda i: f'  storage_data_disk {{\n    name = "x{i}"\n    lun = {i}\n    create_option = "Empty"\n    managed_disk_id = azurerm_managed_disk.d.id\n  }}\n', 300)
    return {"main.tf": DISK.format('"a"') + lines(lambda i: f'resource "azurerm_virtual_machine" "v{i}" {{\n  name = "v{i}"\n  location = "a"\n{disks}}}\n'
            f'resource "azurerm_virtual_machine_extension" "e{i}" {{\n  name = "AzureDiskEncryption"\n  virtual_machine_id = azurerm_virtual_machine.v{i}.id\n  publisher = "Microsoft.Azure.Security"\n  type = "AzureDiskEncryption"\n  type_handler_version = "2.2"\n}}\n', 20)}


@tree
def tf_tries():
    return {"main.tf": 'variable "x" {}\n' + chain(lambda a, i: f"try({a}.a, {a}.b, can({a}) ? {a} : {a})", 60, "var.x") + DISK.format("local.a59") + DISK.format("try(" * 20000 + "1" + ", 2)" * 20000).replace('"d"', '"e"')}


@tree
def tf_functions_on_functions():
    return {"main.tf": 'variable "x" {}\n' + chain(lambda a, i: f'upper(trimspace(replace(substr({a}, 0, {i}), "a", {a})))', 300, "var.x") + SET
            + lines(lambda i: numbered(DISK.format(f'local.a{299 - i % 200} == local.a{i % 100} ? "a" : local.a{i % 300}\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id'), i), 2000)}


@tree
def tf_json_syntax():
    nested = '"' + "${upper(" * 10000 + '\\"a\\"' + ")}" * 10000 + '"'
    deep = '{"a":' * 60000 + "1" + "}" * 60000
    keys = json.dumps({"resource": {"azurerm_managed_disk": {f"d{i}": {"location": "${var.x}" * 20, "name": "%{ if var.x }a%{ endif }"} for i in range(1800)}}})
    return {"a/main.tf.json": '{"resource":{"azurerm_managed_disk":{"d":{"name":"d","location":' + nested + "}}}}", "b/main.tf.json": '{"resource":{"azurerm_managed_disk":{"d":{"location":' + deep + "}}}}",
            "c/main.tf.json": keys, "d/main.tf.json": '{"locals":{"a":' + "9" * 100000 + '},"resource":{"azurerm_managed_disk":{"d":{"location":1e999999999}}}}'}


@tree
def tf_states_of_each_other():
    one = lambda i: lines(lambda j: f'data "terraform_remote_state" "s{j}" {{\n  backend = "local"\n  config = {{\n    path = "../r{(i + j + 1) % 150}/terraform.tfstate"\n  }}\n}}\n', 12)
    return {f"r{i}/main.tf": one(i) + DISK.format("data.terraform_remote_state.s0.outputs.o") + 'output "o" {\n  value = [' + ", ".join(f"data.terraform_remote_state.s{j}.outputs.o" for j in range(12)) + "]\n}\n" for i in range(150)}


@tree
def tf_recovery():
    pieces = {"a": 'resource "x" "y" {\n' * 12000, "b": "a = <<EOT\n" * 20000, "d": "/*" * 60000, "f": 'a = "%{ for x in y }' * 9000}
    return {f"{name}/main.tf": DISK.format('"a"') + text for name, text in pieces.items()}


@tree
def tf_recovery_more():
    pieces = {"c": '"${' * 60000, "e": "a = [\n" * 40000, "g": "}\n" * 100000, "h": "a = b ? c : " * 10000, "i": "\\" * 100000, "j": "a.b.c[*].d.*." * 8000}
    return {f"{name}/main.tf": DISK.format('"a"') + text for name, text in pieces.items()}


@tree
def tf_placeholders():
    return {"main.tf": lines(lambda i: numbered(DISK.format('"' + "".join(f"#{{P{j + i}}}#${{AZURE_{i}_{j}}}".replace("${", "$${") for j in range(30)) + '"'), i), 700) + SET}


@tree
def tf_moves_of_modules():
    return {"main.tf": 'module "m0" {\n  source = "./m"\n  count = 500\n}\n' + lines(lambda i: f"moved {{\n  from = module.m{i + 1}\n  to = module.m{i}\n}}\nmoved {{\n  from = module.m0[{i}]\n  to = module.m0[{i + 1}]\n}}\n", 5000), "m/main.tf": lines(lambda i: numbered(DISK.format('"a"'), i), 20),
            "imports.tf": lines(lambda i: f'import {{\n  to = module.m0[{i}].azurerm_managed_disk.d0\n  id = "{SUB}/providers/Microsoft.Compute/disks/d{i}"\n}}\n', 2000)}


@tree
def tf_gallery_of_conditions():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{\n  type = bool\n  default = {"true" if i % 2 else "false"}\n}}\n', 60) + SET.replace('"westus"', "local.a59") + chain(lambda a, i: f'var.x{i} ? "r{i}" : {a}', 60, '"w"')
            + lines(lambda i: numbered(DISK.format(f"local.a{i % 60}\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id"), i), 2000), ".args": "--explore"}


@tree
def tf_splats_of_all():
    return {"main.tf": 'resource "azurerm_managed_disk" "d" {\n  count = 1000\n  name = "d${count.index}"\n  location = "a"\n}\n' + lines(lambda i: f'resource "azurerm_snapshot" "s{i}" {{\n  name = join(",", azurerm_managed_disk.d[*].id)\n'
            f'  location = length([for d in azurerm_managed_disk.d : d.id if d.name == "d{i}"])\n  source_uri = element(azurerm_managed_disk.d.*.id, {i})\n}}\n', 2500)}


@tree
def tf_updates_of_all():
    return {"main.tf": 'variable "x" {}\n' + lines(lambda i: f'resource "azurerm_managed_disk" "d{i}" {{\n  name = "d{i}"\n  location = "a"\n}}\nresource "azapi_update_resource" "u{i}" {{\n  type = "Microsoft.Compute/disks@2024-03-02"\n'
            f'  resource_id = "${{var.x}}/disks/d{i}"\n  body = {{ properties = {{ p{i} = {i} }} }}\n}}\n', 3500)}


@tree
def tf_template_directives():
    return {"t.tpl": "%{ if x }a%{ else }b%{ endif }" * 6000, "main.tf": 'variable "x" {}\n' + lines(lambda i: numbered(DISK.format('templatefile("t.tpl", { x = var.x })'), i), 3000)}


WIDE = "".join(f" k{i}=1\n" for i in range(85_000))


@tree
def tf_object_wide():
    return {"main.tf": "locals {\n a = {\n" + WIDE + " }\n}\n" + DISK.format("local.a.k0")}


@tree
def tf_objects_as_wide_as_they_may_be():
    member = lambda i: f"   k{i} = 1 # a b c d e\n"
    return {f"{n}/main.tf": "locals {\n a = {\n" + "".join(member(i) for i in range(9_000)) + " }\n}\n" + DISK.format("local.a.k0") for n in range(4)}


@tree
def tfvars_object_wide():
    return {"main.tf": 'variable "a" {}\n' + DISK.format("var.a.k0"), "terraform.tfvars": "a = {\n" + WIDE + "}\n"}


@tree
def tf_object_wide_and_open():
    return {"main.tf": DISK.format('"a"') + "x = {\n" + WIDE}


@tree
def config_object_wide():
    return {"main.tf": DISK.format('"a"'), ".cmklint.hcl": "config {\n ignore_module = {\n" + WIDE.replace("=1", "=true")[:1_000_000].rsplit("\n", 1)[0] + "\n }\n}\n"}
