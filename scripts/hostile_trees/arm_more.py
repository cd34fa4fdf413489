"""ARM templates: user functions, nested and linked templates, dependencies, lambdas, odd JSON."""
import json

from common import DISK, SCHEMA, arm, arm_disk, lines, tree

NESTED = {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n"}


def nested(template, parameters=None, name="n", **more):
    return {**NESTED, "name": name, **more, "properties": {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": json.loads(template), "parameters": parameters or {}}}


@tree
def arm_user_functions():
    members = {f"f{i}": {"parameters": [{"name": "x", "type": "string"}], "output": {"type": "string", "value": "[concat(parameters('x'), parameters('x'))]" if i == 0 else f"[concat(n.f{i - 1}(parameters('x')), n.f{i - 1}(parameters('x')))]"}} for i in range(80)}
    return {"azuredeploy.json": arm([arm_disk(location="[n.f79('a')]")], functions=[{"namespace": "n", "members": members}])}


@tree
def arm_nested_text_doubled():
    template = arm([arm_disk(location="[parameters('x')]")], parameters={"x": {"type": "string"}})
    for i in range(60):
        template = arm([nested(template, {"x": {"value": "[concat(parameters('x'), parameters('x'))]"}}, f"n{i}")], parameters={"x": {"type": "string", "defaultValue": "a"}})
    return {"azuredeploy.json": template}


@tree
def arm_nested_in_pairs():
    template = arm([arm_disk()])
    for i in range(10):
        template = arm([nested(template, name=f"n{i}a"), nested(template, name=f"n{i}b")])
    return {"azuredeploy.json": template}


@tree
def arm_linked():
    link = lambda i: {**NESTED, "name": f"l{i}", "properties": {"mode": "Incremental", "templateLink": {"relativePath": f"t{i}.json"}}}
    return {**{f"t{i}.json": arm([{**link(j), "name": f"l{j}{k}"} for j in range(40) for k in range(3) if j != i] + [arm_disk()]) for i in range(40)}, "azuredeploy.json": arm([link(0)])}


@tree
def arm_depends_on_all():
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", dependsOn=[f"d{j}" for j in range(280)]) for i in range(280)] + [arm_disk(f"[concat('e', {i})]", dependsOn=["[concat('e', %d)]" % (i + 1)]) for i in range(1500)])}


@tree
def arm_depends_on_unknown():
    return {"azuredeploy.json": arm([arm_disk(f"[concat(parameters('x'), 'd{i}')]", dependsOn=[f"[concat(parameters('x'), parameters('y'), 'd{i + 1}')]"]) for i in range(4000)], parameters={"x": {"type": "string"}, "y": {"type": "string"}})}


@tree
def arm_lambdas():
    calls = ["map(range(0, 10000), lambda('x', string(range(0, 10000))))", "reduce(range(0, 10000), '', lambda('p', 'n', concat(lambdaVariables('p'), string(lambdaVariables('n')))))",
             "sort(range(0, 10000), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "filter(range(0, 10000), lambda('x', contains(range(0, 10000), lambdaVariables('x'))))",
             "toObject(range(0, 10000), lambda('x', string(lambdaVariables('x'))))", "reduce(range(0, 100), createArray('a'), lambda('p', 'n', concat(lambdaVariables('p'), lambdaVariables('p'))))"]
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", f"[string({calls[i % len(calls)]})]") for i in range(3000)])}


@tree
def arm_json_and_back():
    return {"azuredeploy.json": arm([arm_disk(location="[string(variables('a199'))]")], variables={f"a{i}": ["a"] if i == 0 else f"[json(string(createArray(variables('a{i - 1}'), string(variables('a{i - 1}')))))]" for i in range(200)})}


@tree
def arm_digests():
    return {"azuredeploy.json": arm([arm_disk(f"[uniqueString(variables('t'), '{i}')]", f"[guid(variables('t'), base64(variables('t')), '{i}')]") for i in range(4000)], variables={"t": "[padLeft('a', 900000, 'b')]"})}


@tree
def arm_encoded():
    return {"azuredeploy.json": arm([arm_disk(location="[variables('a80')]")], variables={f"a{i}": "a" if i == 0 else f"[uriComponent(base64(dataUri(concat(variables('a{i - 1}'), variables('a{i - 1}')))))]" for i in range(81)})}


@tree
def arm_objects_doubled():
    return {"azuredeploy.json": arm([arm_disk(location="[string(variables('a60'))]")], variables={f"a{i}": {"x": 1} if i == 0 else f"[union(createObject('l', variables('a{i - 1}'), 'r', variables('a{i - 1}')), createObject('k{i}', variables('a{i - 1}')))]" for i in range(61)})}


@tree
def arm_odd_json():
    head = '{"$schema":"' + SCHEMA + '","contentVersion":"1.0.0.0","resources":['
    disk = json.dumps(arm_disk())
    return {"a.json": head + disk + '],"variables":{' + ",".join(['"a":1'] * 30000) + "}}", "b.json": head + disk + "/*" * 30000 + "*/]}", "c.json": head + disk + '],"outputs":{"o":{"type":"int","value":' + "9" * 100000 + "}}}",
            "d.json": head + disk + '],"variables":{"a":"' + "\\u0041" * 20000 + '"}}', "e.json": head + disk + '],"variables":{"a":1e999999,"b":-0.' + "0" * 50000 + "1}}", "f.json": head + disk + ",," * 20000 + "]}", "g.json": head + disk + '],"variables":{"a":"' + "[" * 50000 + '"}}'}


@tree
def arm_expressions_broken():
    broken = ["[concat(" * 50 + "]", "[" * 200, "['" + "''" * 100 + "]", "[a.b.c[", "[concat('a', )]", "[" + "concat(" * 40 + "'a'" + ")" * 39 + "]", "[variables('a')" + "[0].b" * 100 + "]", "[[" + "a" * 100 + "]]"]
    return {"azuredeploy.json": arm([arm_disk(broken[i % 8] + str(i), broken[(i + 3) % 8]) for i in range(1800)])}


@tree
def arm_parameter_files():
    one = lambda i: json.dumps({"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "contentVersion": "1.0.0.0", "parameters": {"x": {"value": f"{i}"}}})
    return {"azuredeploy.json": arm([arm_disk(location="[concat(variables('v')[0], parameters('x'))]")], parameters={"x": {"type": "string"}}, variables={"copy": [{"name": "v", "count": 800, "input": "[concat(string(range(0, 10000)), parameters('x'), copyIndex('v'))]"}]}),
            **{f"azuredeploy.parameters.e{i}.json": one(i) for i in range(2500)}}


@tree
def arm_symbolic():
    resources = {f"r{i}": {**arm_disk(f"d{i}", f"[reference('r{(i + 1) % 4000}').location]"), "dependsOn": [f"r{(i + 7) % 4000}"]} for i in range(4000)}
    return {"azuredeploy.json": json.dumps({"$schema": SCHEMA, "languageVersion": "2.0", "contentVersion": "1.0.0.0", "resources": resources})}


@tree
def arm_references_in_a_ring():
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", f"[reference(resourceId('Microsoft.Compute/disks', 'd{(i + 1) % 2500}'), '2024-03-02', 'full').location]") for i in range(1800)])}


@tree
def arm_conditions():
    condition = "parameters('x0')"
    for i in range(1, 60):
        condition = f"if(parameters('x{i}'), not({condition}), and({condition if i < 6 else 'true()'}, parameters('x{i}')))"
    parameters = {f"x{i}": {"type": "bool"} for i in range(60)}
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", f"[if(variables('c'), 'r{i}', if(parameters('x{i % 60}'), 'a', 'b'))]", condition="[variables('c')]") for i in range(1500)], parameters=parameters, variables={"c": f"[{condition}]"})}


@tree
def tf_template_texts():
    template = arm([arm_disk("[parameters('p')]", "[concat(parameters('p'), parameters('p'))]")], parameters={"p": {"type": "string"}})
    return {"main.tf": "variable \"x\" {}\nlocals {\n  t = <<EOT\n" + template + "\nEOT\n}\n" + lines(lambda i: f'resource "azurerm_resource_group_template_deployment" "t{i}" {{\n  name = "t{i}"\n  resource_group_name = "g"\n  deployment_mode = "Incremental"\n  template_content = replace(local.t, "parameters", "${{var.x}}{i}")\n'
            f'  parameters_content = jsonencode({{ p = {{ value = "${{var.x}}{i}" }} }})\n}}\n', 2500) + DISK.format('"a"')}


@tree
def arm_depends_variable():
    return {"azuredeploy.json": arm([arm_disk(f"d{i}", dependsOn="[variables('v')]") for i in range(4500)], variables={"v": [f"w{i}" for i in range(10000)]})}


@tree
def arm_depends_variable_symbolic():
    resources = {f"r{i}": {**arm_disk(f"d{i}"), "dependsOn": "[variables('v')]"} for i in range(4500)}
    return {"azuredeploy.json": json.dumps({"$schema": SCHEMA, "languageVersion": "2.0", "contentVersion": "1.0.0.0", "variables": {"v": [f"w{i}" for i in range(10000)]}, "resources": resources})}


@tree
def arm_scopes_children():
    lock = lambda i, k: {"type": "providers/locks", "name": f"Microsoft.Authorization/l{k}", "apiVersion": "1", "dependsOn": [f"d{(i + k) % 300}"]}
    return {"azuredeploy.json": arm([{**arm_disk(f"d{i}"), "resources": [lock(i, k) for k in range(20)]} for i in range(300)])}
