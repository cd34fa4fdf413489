"""Bicep: what grows, what calls itself, many files, and text that a parser has to recover from."""
from common import BICEP_DISK, bicep_chain, lines, tree

SET = "resource s 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {\n  name: 's'\n  location: 'westus'\n  properties: { activeKey: { keyUrl: 'https://v.vault.azure.net/keys/k' } }\n}\n"


@tree
def bicep_spreads_doubled():
    return {"main.bicep": bicep_chain(lambda a, i: f"[...{a}, ...{a}]", 60, "['a']") + "var b0 = { a: 1 }\n" + lines(lambda i: f"var b{i + 1} = {{ ...b{i}, ...b{i}, k{i}: b{i} }}\n", 60)
            + BICEP_DISK.format("'${length(a59)}${string(b60)}'")}


@tree
def bicep_reduce_growing():
    return {"main.bicep": "var a = reduce(range(0, 10000), [], (p, n) => concat(p, [n]))\nvar b = reduce(range(0, 10000), '', (p, n) => '${p}${n}')\nvar c = reduce(range(0, 60), 'a', (p, n) => replace(p, 'a', 'aaaaaaaaaa'))\n"
            "var e = reduce(range(0, 10000), {}, (p, n) => union(p, { '${n}': p }))\n" + BICEP_DISK.format("'${a[0]}${b}${c}${string(e)}'")}


@tree
def bicep_lambdas():
    return {"main.bicep": lines(lambda i: f"var a{i} = toObject(range(0, 10000), x => 'k${{x}}{i}', x => filter(range(0, 10000), y => x == y))\nvar b{i} = groupBy(range(0, 10000), x => '${{x % {i + 1}}}')\nvar c{i} = sort(range(0, 10000), (p, q) => p > q)\n", 300)
            + BICEP_DISK.format("'${" + "}${".join(f"string(a{i})" for i in range(300)) + "}'") + "output o array = [" + ", ".join(f"b{i}, c{i}" for i in range(300)) + "]\n"}


@tree
def bicep_files_loaded():
    return {"t.txt": "a" * 400000, "t.json": "[" + ",".join(["{}"] * 100000) + "]", "main.bicep": lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: '{i}${{loadFileAsBase64('t.txt')}}'\n  location: '${{loadTextContent('t.txt')}}${{string(loadJsonContent('t.json'))}}{i}'\n}}\n", 1500)}


@tree
def bicep_yaml_loaded():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + lines(lambda i: f"a{i + 1}: &a{i + 1} [{','.join([f'*a{i}'] * 9)}]\n", 12)
    return {"b.yaml": bomb, "main.bicep": "var y = loadYamlContent('b.yaml')\n" + BICEP_DISK.format("string(y.a12)")}


@tree
def bicep_unions_doubled():
    return {"main.bicep": "type t0 = 'a' | 'b'\n" + lines(lambda i: f"type t{i + 1} = t{i} | t{i} | 'x{i}'\n", 60) + "type o0 = { a: string }\n" + lines(lambda i: f"type o{i + 1} = {{ ...: o{i} }} | {{ a: o{i}, b: o{i} }}\n" if i % 2 else f"type o{i + 1} = {{ a: o{i}, b: o{i} }}\n", 40)
            + "param x t60\nparam y o40\n" + BICEP_DISK.format("x == 'a' ? y.a.a.a : x") + SET}


@tree
def bicep_imports():
    imports = lambda i: lines(lambda j: f"import * as m{j} from 'f{j}.bicep'\n", 120)
    return {**{f"f{i}.bicep": imports(i) + f"@export()\nvar v{i} = [{', '.join(f'm{j}.v{j}' for j in range(120) if j != i)}]\n@export()\nfunc g{i}(x string) string => '${{m{(i + 1) % 120}.g{(i + 1) % 120}(x)}}${{x}}'\n" for i in range(120)},
            "main.bicep": "import * as a from 'f0.bicep'\n" + BICEP_DISK.format("'${string(a.v0)}${a.g0('x')}'")}


@tree
def bicep_parameter_files():
    return {"main.bicep": "param x string\nvar a = [for i in range(0, 800): map(range(0, 800), j => '${x}${i}${j}')]\n" + BICEP_DISK.format("a[0][0]"), **{f"p{i}.bicepparam": f"using 'main.bicep'\nparam x = '${{join(map(range(0, 10000), i => '${{i}}'), ',')}}{i}'\n" for i in range(900)}}


@tree
def bicep_module_outputs_doubled():
    call = "param x array = ['a']\nmodule m '{}' = {{\n  name: 'm'\n  params: {{ x: [x, x] }}\n}}\noutput o array = [m.outputs.o, m.outputs.o]\n"
    return {"main.bicep": call.format("m0.bicep") + BICEP_DISK.format("string(m.outputs.o)"), **{f"m{i}.bicep": call.format(f"m{i + 1}.bicep") for i in range(50)}, "m50.bicep": "param x array\noutput o array = x\n" + BICEP_DISK.format("string(x)")}


@tree
def bicep_children_deep():
    return {"main.bicep": BICEP_DISK.format("'a'").replace("\n}\n", "\n" + lines(lambda i: f"resource r{i} 'a' = {{\nname: 'a'\n", 3000) + "}\n" * 3000 + "}\n"), "b.bicep": "resource p0 'Microsoft.Compute/disks@2024-03-02' = {\n  name: 'a'\n  location: 'a'\n}\n"
            + lines(lambda i: f"resource p{i + 1} 'Microsoft.Compute/disks/{'/'.join(['a'] * min(i + 1, 5))}@2024-03-02' = {{\n  parent: p{i}\n  name: 'a'\n  location: p{i}.location\n}}\n", 4000)}


@tree
def bicep_scopes():
    return {"main.bicep": "targetScope = 'subscription'\n" + lines(lambda i: f"module m{i} 'b.bicep' = {{\n  scope: resourceGroup(m{max(i - 1, 0)}.name, 'g${{m{max(i - 2, 0)}.outputs.o}}')\n  name: 'm{i}'\n}}\n", 4000), "b.bicep": BICEP_DISK.format("resourceGroup().location") + "output o string = d.id\n"}


def broken(pieces):
    return {f"{name}.bicep": BICEP_DISK.format("'a'") + text for name, text in pieces.items()}


@tree
def bicep_recovery():
    return broken({"a": "{\n" * 30000, "b": "var a = [for x in [for x in " * 8000, "c": "resource " * 20000, "d": "'a' 'b' " * 20000, "e": "var a = ? : ?? !. ::" * 6000, "f": "'''" * 30000 + "'", "g": "@a(@b(" * 20000})


@tree
def bicep_recovery_more():
    return broken({"h": "var a = 'x${y${z" * 9000, "i": "param x = { a: [ b: { c ] }\n" * 5000, "j": "/*" * 30000 + "\n", "k": "if (a) { if (b) [ \n" * 6000, "l": "func f(x) => (y => (z => \n" * 4000, "m": "type t = { *: [ ( | ? )\n" * 4000, "n": "#disable-next-line \n" * 6000, "o": "a.b!.?[?c]::d<" * 8000})


@tree
def bicep_recovery_of_one_line():
    return broken({"p": "var a = " + "(x, y) => [ " * 20000, "q": "var a = " + "a ? b : { c: " * 20000, "r": "\u00a0\u2028\ufeff" * 20000, "s": "var " + "\U0001f468" * 20000, "t": "var a = " + "1.2.3.4e5 " * 20000})


@tree
def bicep_strings_long():
    return {"main.bicep": "param x string\nvar a = '" + "a" * 300000 + "'\nvar b = '" + "\\u{1F600}" * 20000 + "'\nvar c = '''" + "\n" * 100000 + "'''\n" + lines(lambda i: BICEP_DISK.format(f"indexOf(a, '${{x}}{i}') == lastIndexOf(b, 'a') ? '${{a}}{i}' : replace(c, '\\n', a)").replace("resource d", f"resource d{i}").replace("'d'", f"'d{i}'"), 1500)}


@tree
def bicep_conditions_on_conditions():
    return {"main.bicep": lines(lambda i: f"param x{i} bool\n", 40) + SET + bicep_chain(lambda a, i: f"(x{i % 40} && !x{(i * 7) % 40} || x{(i * 3) % 40}) != ({a}) ", 400, "x0")
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = if (a{399 - i % 200}) {{\n  name: 'd{i}'\n  location: a{i % 400} ? 'x' : a{(i * 11) % 400} ? 'y' : 'z'\n  properties: {{ encryption: {{ diskEncryptionSetId: a{(i * 5) % 400} ? s.id : null }} }}\n}}\n", 2500)}


@tree
def bicep_tables_of_tables():
    table = "\n".join(f"  k{i}: {{ v: x == 'k{i}' ? 'a' : 'b', w: t2[?x].?l ?? 'n' }}" for i in range(1500))
    return {"main.bicep": f"param x string\nparam y string\nvar t2 = {{\n" + "\n".join(f"  k{i}: {{ l: 'r{i}' }}" for i in range(3000)) + f"\n}}\nvar t = {{\n{table}\n}}\n" + SET
            + lines(lambda i: f"resource d{i} 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: t[y].v\n  location: t[t2[x].l].w\n  properties: {{ encryption: {{ diskEncryptionSetId: t[x].v == t[y].w ? s.id : null }} }}\n}}\n", 1500)}


@tree
def bicep_providers():
    return {"main.bicep": lines(lambda i: f"module m{i} 'br/public:avm/res/compute/disk:0.{i}.0' = {{\n  name: 'm{i}'\n  params: {{ name: 'd{i}', location: 'a', sku: 'Premium_LRS', availabilityZone: -1 }}\n}}\n", 4000)}


@tree
def bicep_modules_away():
    return {"main.bicep": lines(lambda i: f"module m{i} 'br/public:avm/res/network/x:1.0.{i}' = {{ name: 'n' }}\n", 14000)}


@tree
def bicep_modules_away_in_chains():
    deploys = lambda i: lines(lambda k: f"module o{k} '../r{i + k + 1}/main.bicep' = {{ name: 'o' }}\n", min(3, 2999 - i))
    return {f"r{i}/main.bicep": "module m 'br/public:avm/res/network/x:1.0' = { name: 'n' }\n" + deploys(i) for i in range(3000)}


def own_modules(count):
    """Calls of modules of a private registry that the tree may hold, each with a path of twelve folders."""
    path = "/".join(f"s{k}" for k in range(12))
    return lines(lambda i: f"module m{i} 'br:o.azurecr.io/{path}/x{i}:v1' = {{\n name: 'n'\n params: {{ a: 1 }}\n}}\n", count)


@tree
def bicep_modules_of_the_tree():
    return {"a/b/c/d/e/f/g/h/i/j/k/l/main.bicep": own_modules(6000)}


@tree
def bicep_modules_of_a_tree_with_all_folders():
    above = [""] + ["/".join("abcdefghijkl"[: n + 1]) + "/" for n in range(12)]
    chains = ["/".join(f"s{k}" for k in range(n, 12)) for n in range(12)]
    homes = ["modules/", "bicep/", "bicep/modules/", "infra/", "infra/modules/", "src/", "src/modules/"]
    return {**{f"{at}{home}{chain}/n": "" for at in above for home in homes for chain in chains}, **{f"a/b/c/d/e/f/g/h/i/j/k/l/{i}.bicep": own_modules(3) for i in range(1500)}}


@tree
def bicep_lower_of_lower():
    nested = "toLower(" * 20 + "sets[0]" + ")" * 20
    return {"main.bicep": f"param n int\nparam sets array\nvar v = n / {nested}\nresource s 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = if (v == 'a') {{\n  name: 's'\n  location: n / {nested}\n"
            "  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' } }\n}\n"}
