//! Nested and linked deployments.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use support::{read, show_template, template};

#[test]
fn an_inline_template_is_lowered_in_the_scope_it_is_evaluated_in() {
    let template = template(
        r#"{"$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
        "parameters": {"Region": {"type": "string"}}, "variables": {"Sku": "premium"}, "resources": [
            {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "outer", "location": "westeurope", "resourceGroup": "rg",
             "properties": {"mode": "Incremental", "template": {
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                "parameters": {"region": {"type": "string"}}, "variables": {"sku": "standard"},
                "resources": [{"type": "A/b", "name": "[parameters('region')]", "sku": "[variables('sku')]"}]}}},
            {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "subscriptionId": "[parameters('region')]",
             "properties": {"expressionEvaluationOptions": {"scope": "Inner"}, "parameters": {"REGION": {"value": "[variables('SKU')]"}}, "template": {
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                "parameters": {"region": {"type": "string"}}, "variables": {"sku": "standard"},
                "resources": [{"type": "A/b", "name": "[parameters('REGION')]", "sku": "[variables('SKU')]"}]}}}
        ]}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r"
    scope Subscription
    param Region String
    var Sku = 'premium'
    resource Microsoft.Resources/deployments@2022-09-01 'outer'
      location 'westeurope'
      body {properties: {mode: 'Incremental'}}
      arguments {}
      group 'rg'
      template, outer scope
        scope ResourceGroup
        param region String
        var sku = 'standard'
        resource A/b@? param:Region
          body {sku: var:Sku}
    resource Microsoft.Resources/deployments@2022-09-01 'inner'
      body {properties: {expressionEvaluationOptions: {scope: 'Inner'}}}
      arguments {REGION: var:Sku}
      subscription param:Region
      template, inner scope
        scope Subscription
        param region String
        var sku = 'standard'
        resource A/b@? param:region
          body {sku: var:sku}
    ");
}

#[test]
fn symbolic_names_are_those_of_the_template_itself_in_either_scope() {
    for scope in ["inner", "outer"] {
        let template = template(&format!(
            r#"{{"resources": {{"d": {{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{
                "expressionEvaluationOptions": {{"scope": "{scope}"}}, "template": {{"resources": {{
                    "a": {{"type": "A/a", "name": "a"}}, "b": {{"type": "A/b", "name": "b", "dependsOn": ["A", "d"]}}}}}}}}}}}}}}"#
        ));
        let shown = show_template(&template);
        assert!(shown.ends_with("after res:a, 'd'"), "{shown}");
    }
}

#[test]
fn arguments_lose_their_wrapping_and_secrets_are_unknown() {
    let template = template(
        r#"{"resources": [{"type": "microsoft.resources/deployments", "name": "d", "properties": {
            "templateLink": {"relativePath": "x.json"}, "parameters": {
                "a": {"value": {"value": 1}},
                "b": {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}},
                "c": {"copy": [{"name": "value", "count": 2, "input": "[copyIndex('value')]"}]},
                "d": "[if(parameters('p'), createObject('value', 1), createObject('reference', createObject()))]",
                "e": "[parameters('p')]",
                "f": {},
                "g": {"value": null},
                "h": 1
            }}}]}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r"
    scope ResourceGroup
    resource microsoft.resources/deployments@? 'd'
      body {properties: {}}
      arguments {a: {value: 1}, b: ?(a secret of a key vault), c: for value < 2: copyIndex('value'), d: if(param:p, 1, ?(a secret of a key vault)), e: param:p.?value, g: null, h: ?(an argument that is not an object)}
      template file templates/x.json
    ");
}

#[test]
fn a_literal_relative_path_is_a_file_of_the_tree_and_other_links_are_kept() {
    let link = |link: &str| {
        let (_, parsed) = read(&format!(
            r#"{{"variables": {{"nested": "[uri(deployment().properties.templateLink.uri, 'nested/v.json')]", "base": "https://example.com/t/", "d": "d"}},
            "resources": [{{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {{{link}}}}}]}}"#
        ));
        let shown = show_template(&parsed.template.unwrap());
        format!("{} {:?}", shown.lines().last().unwrap().trim(), parsed.links)
    };
    let shown = [
        r#""templateLink": {"relativePath": "../disks/./d.json"}"#,
        r#""templateLink": {"relativePath": "../../d.json"}"#,
        r#""templateLink": {"relativePath": "[parameters('path')]"}"#,
        r#""templateLink": {"uri": "[uri(deployment().properties.templateLink.uri, 'disk.json')]"}"#,
        r#""templateLink": {"uri": "[concat(parameters('_artifactsLocation'), '/nested/disk.json', parameters('token'))]"}"#,
        r#""templateLink": {"uri": "[format('{0}/nested/{1}disk.json?{2}', 1, 2, 3)]"}"#,
        r#""templateLink": {"uri": "[variables('nested')]"}"#,
        r#""templateLink": {"uri": "[concat(variables('base'), 'nested/', variables('d'), '.json', parameters('token'))]"}"#,
        r#""templateLink": {"uri": "[format('{0}nested/d.json?x', variables('base'))]"}"#,
        r#""templateLink": {"uri": "[concat('https://example.com/x-', 'd.json')]"}"#,
        r#""templateLink": {"uri": "[if(parameters('p'), 'a.json', 'b.json')]"}"#,
        r#""templateLink": {"uri": "[concat(parameters('base'), parameters('name'), '.json')]"}"#,
        r#""templateLink": {"uri": "https://example.com/a/b.json?c=d.json"}"#,
        r#""templateLink": {"id": "[resourceId('Microsoft.Resources/templateSpecs/versions', 's', '1')]"}"#,
        r#""templateLink": "[parameters('link')]""#,
        r#""template": "[parameters('t')]""#,
        r#""mode": "Incremental""#,
    ]
    .map(link);
    insta::assert_snapshot!(shown.join("\n"), @r#"
    template file disks/d.json ["disks/d.json"]
    no template: the linked template lies outside of the tree []
    template link param:path from templates []
    template link 'disk.json' from templates ["templates/disk.json"]
    template link 'nested/disk.json' from templates ["templates/nested/disk.json"]
    template link format('{0}/nested/{1}disk.json?{2}', 1, 2, 3) from templates []
    template link 'nested/v.json' from templates ["templates/nested/v.json"]
    template link 'nested/d.json' from templates ["templates/nested/d.json"]
    template link 'nested/d.json' from templates ["templates/nested/d.json"]
    template link concat('https://example.com/x-', 'd.json') from templates []
    template link if(param:p, 'a.json', 'b.json') from templates []
    template link concat(param:base, param:name, '.json') from templates []
    template link 'https://example.com/a/b.json?c=d.json' from templates []
    template spec resourceId('Microsoft.Resources/templateSpecs/versions', 's', '1') []
    no template: the link to the template is computed []
    no template: the deployment's template is computed []
    no template: the deployment names no template []
    "#);
}
