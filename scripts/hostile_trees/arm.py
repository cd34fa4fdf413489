"""ARM templates."""
import json

from common import DISK, SCHEMA, arm, arm_disk, lines, tree


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
