"""Bicep."""
import json

from common import BICEP_DISK, bicep_chain, lines, tree


# Bicep.

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
