"""Functions whose work is more than their arguments: patterns, texts in texts, objects made member by member."""
from common import BICEP_DISK, DISK, SET, lines, tree

X = 'variable "x" {}\n'
V = 'resource "azurerm_key_vault" "v{0}" {{\n name = "v{0}"\n location = "a"\n{1}}}\n'


def num(t, i): return t.replace('"d"', f'"d{i}"').replace('"s"', f'"s{i}"')


def bnum(t, i): return t.replace("resource d", f"resource d{i}").replace("'d'", f"'d{i}'")


@tree
def tf_conditions_in_modules():
    call = lambda n: lines(lambda i: f'variable "x{i}" {{}}\n', 6) + lines(lambda k: f'module "m{k}" {{\n source = "{n}"\n count = var.x{k} ? 1 : 0\n' + "".join(f' x{i} = var.x{i} ? var.x{(i + 1) % 6} : var.x{(i + 2) % 6}\n' for i in range(6)) + '}\n', 3)
    return {"main.tf": call("./m0"), **{f"m{i}/main.tf": call(f"../m{i+1}") for i in range(6)}, "m6/main.tf": lines(lambda i: f'variable "x{i}" {{}}\n', 6) + SET + DISK.format('var.x0 ? "a" : var.x1 ? "b" : "c"\n disk_encryption_set_id = var.x2 ? azurerm_disk_encryption_set.s.id : null')}


@tree
def tf_fileset():
    return {**{f"d{i%400}/{'a' * 100}{i}": "" for i in range(8000)}, "main.tf": lines(lambda i: DISK.format(f'fileset(path.module, "**/{"*a" * 20}b{i}")').replace('"d"', f'"d{i}"'), 5000)}


@tree
def tf_trim():
    return {"main.tf": "locals {\n a = \"" + "ab" * 200000 + "\"\n b = \"" + "".join(chr(0x4e00 + i) for i in range(20000)) + "ab\"\n}\n" + lines(lambda i: num(DISK.format(f'trim(local.a, local.b) == "{i}" ? "c" : "d"'), i), 200)}


@tree
def tf_formatlist():
    return {"main.tf": "locals {\n a = \"" + "ab" * 200000 + "\"\n}\n" + DISK.format('formatlist("%s%d", local.a, range(1000))[0]')}


@tree
def tf_formatlist_join():
    return {"main.tf": "locals {\n p = \"" + "%[1]s" * 1000 + "\"\n q = \"" + "q" * 900 + "\"\n}\n" + lines(lambda i: f'locals {{\n a{i} = format(local.p, local.q)\n}}\n', 2000) + DISK.format("join(\"\", [" + ", ".join(f'length(local.a{i})' for i in range(2000)) + "])")}


@tree
def tf_graphemes():
    return {"main.tf": "locals {\n a = \"" + "e\u0301" * 150000 + "\"\n}\n" + lines(lambda i: num(DISK.format(f'substr(local.a, {i}, 1) == strrev(local.a) ? "c" : "d"'), i), 4000)}


@tree
def tf_regex_compile():
    return {"main.tf": lines(lambda i: num(DISK.format(f'can(regex("(?i)[\\\\pL\\\\pN]{{8}}x{i}", "abc")) ? "c" : "d"'), i), 6000)}


@tree
def tf_regex_compile_words():
    return {"main.tf": lines(lambda i: num(DISK.format(f'replace("abc", "/(?i)(\\\\pL|\\\\pS|\\\\pP){{20}}x{i}/", "$1") == "a" ? "c" : "d"'), i), 6000)}


@tree
def tf_regex_unknown():
    return {"main.tf": X + SET + lines(lambda i: num(DISK.format(f'can(regex("^(?:[a-z]{{1,40}}[0-9]{{1,40}}){{1,8}}x{i}$", var.x)) ? "c" : "d"\n disk_encryption_set_id = azurerm_disk_encryption_set.s.id'), i), 1500)}


@tree
def tf_regex_validations():
    return {"main.tf": lines(lambda i: f'variable "x{i}" {{\n validation {{\n  condition = can(regex("^[a-z](?:[a-z0-9-]{{1,60}}[a-z0-9]){{1,3}}$", var.x{i})) && !can(regex("a{{{i % 50}}}b", var.x{i})) && length(var.x{i}) > {i % 100}\n  error_message = "x"\n }}\n}}\n', 900) + SET + lines(lambda i: num(DISK.format(f'var.x{i}\n disk_encryption_set_id = azurerm_disk_encryption_set.s.id'), i), 900)}


@tree
def arm_union_objects():
    return {"main.bicep": "var a = toObject(range(0, 10000), x => 'k${x}')\nvar b = toObject(range(10000, 10000), x => 'k${x}')\n" + lines(lambda i: bnum(BICEP_DISK.format(f"string(length(union(a, b, {{ q{i}: 1 }})))"), i), 3000)}


@tree
def bicep_spread_objects():
    return {"main.bicep": "var a = toObject(range(0, 10000), x => 'k${x}')\nvar b = toObject(range(10000, 10000), x => 'k${x}')\n" + lines(lambda i: bnum(BICEP_DISK.format(f"string(length({{ ...a, ...b, q: {i} }}))"), i), 3000)}


@tree
def arm_index_of():
    return {"main.bicep": f"var a = '{'a' * 400000}'\nvar b = '{'a' * 200000}b'\n" + lines(lambda i: bnum(BICEP_DISK.format(f"indexOf(a, '${{b}}{i}') == 1 ? 'a' : 'b'"), i), 2000)}


@tree
def arm_last_index_of():
    return {"main.bicep": f"var a = '{'a' * 200000}'\nvar b = 'b{'a' * 100000}'\n" + lines(lambda i: bnum(BICEP_DISK.format(f"lastIndexOf(a, '{i}${{b}}') == 1 ? 'a' : 'b'"), i), 2000)}


@tree
def tf_vaults_ignoring():
    return {"main.tf": 'module "m" {\n source = "./m"\n count = 1000\n}\n', "m/main.tf": lines(lambda i: V.format(i, " lifecycle {\n  ignore_changes = [tags]\n }\n"), 60)}


@tree
def tf_vaults_provisioners():
    return {"main.tf": lines(lambda i: V.format(i, ""), 3000) + lines(lambda i: f'resource "null_resource" "n{i}" {{\n provisioner "local-exec" {{\n  command = "x.sh azurerm_key_vault.w{i}.id"\n }}\n}}\n', 4500)}


@tree
def tf_vaults_provisioners_modules():
    return {"main.tf": 'module "m" {\n source = "./m"\n count = 1000\n}\n', "m/main.tf": lines(lambda i: V.format(i, ""), 30) + lines(lambda i: f'resource "null_resource" "n{i}" {{\n provisioner "local-exec" {{\n  command = "x.sh azurerm_key_vault.w{i}.id {"y" * 500}"\n }}\n}}\n', 500)}
