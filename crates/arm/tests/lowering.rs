//! Templates, element by element.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use support::{diagnostics, read, show, show_template, template};

#[test]
fn the_schema_names_the_scope() {
    for (schema, scope) in [
        ("2019-04-01/deploymentTemplate.json#", "ResourceGroup"),
        ("2018-05-01/subscriptionDeploymentTemplate.json#", "Subscription"),
        ("2019-08-01/managementGroupDeploymentTemplate.json#", "ManagementGroup"),
        ("2019-08-01/tenantDeploymentTemplate.json", "Tenant"),
        ("own.json", "ResourceGroup"),
    ] {
        let text =
            format!("{{\"$schema\": \"https://schema.management.azure.com/schemas/{schema}\", \"resources\": []}}");
        assert_eq!(format!("{:?}", template(&text).scope), scope, "{schema}");
    }
}

#[test]
fn parameters_carry_type_default_and_allowed_values() {
    let template = template(
        r##"{"definitions": {
            "kty": {"type": "string", "allowedValues": ["RSA", "[[EC]"]},
            "alias": {"$ref": "#/definitions/kty", "nullable": true},
            "loop": {"$ref": "#/definitions/loop"}
        }, "parameters": {
            "a": {"type": "secureString", "defaultValue": "[resourceGroup().location]"},
            "b": {"type": "int", "allowedValues": [2048, 3072], "defaultValue": 2048},
            "c": {"$ref": "#/definitions/alias"},
            "d": {"$ref": "#/definitions/loop"},
            "e": {"type": "array", "allowedValues": ["x"]},
            "f": {"type": "secureObject", "nullable": true},
            "g": {"type": "bool"},
            "h": {"$ref": "#/definitions/none"}
        }}"##,
    );
    insta::assert_snapshot!(show_template(&template), @r"
    scope ResourceGroup
    param a String = resourceGroup().location
    param b Int of 2048|3072 = 2048
    param c String? of 'RSA'|'[EC]'|null
    param d Any
    param e Array
    param f Object?
    param g Bool
    param h Any
    ");
}

#[test]
fn copies_of_variables_properties_and_outputs_are_loops() {
    let template = template(
        r#"{"variables": {
            "copy": [{"name": "$fxv#0", "count": 2, "input": "[copyIndex('$fxv#0')]"}],
            "o": {"keep": 1, "copy": [
                {"name": "disks", "count": "[length(parameters('n'))]", "input": {
                    "lun": "[copyIndex('disks')]", "copy": [{"name": "tags", "count": 1, "input": "[copyIndex('tags')]"}]}},
                {"name": "more", "count": 1, "input": 0}]},
            "notOne": {"copy": [1, 2]}
        }, "outputs": {
            "all": {"type": "array", "condition": "[equals(1, 1)]", "copy": {"count": 3, "input": "[copyIndex()]"}},
            "one": {"type": "int", "value": 1}
        }}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r"
    scope ResourceGroup
    var $fxv#0 = for $fxv#0 < 2: copyIndex('$fxv#0')
    var o = {keep: 1, disks: for disks < length(param:n): {lun: copyIndex('disks'), tags: for tags < 1: copyIndex('tags')}, more: for more < 1: 0}
    var notOne = {copy: [1, 2]}
    output all = for _ < 3: copyIndex() if equals(1, 1)
    output one = 1
    ");
}

#[test]
fn functions_see_their_own_parameters() {
    let template = template(
        r#"{"functions": [{"namespace": "__bicep", "members": {
            "url": {"parameters": [{"type": "string", "name": "vaultName"}],
                "output": {"type": "string", "value": "[format('https://{0}', parameters('VAULTNAME'))]"}},
            "two": {"output": {"type": "string", "value": "[__bicep.url('a')]"}}
        }}], "parameters": {"vaultName": {"type": "string"}},
        "variables": {"u": "[__bicep.URL(parameters('vaultname'))]"}}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r"
    scope ResourceGroup
    param vaultName String
    var u = user:__bicep.url(param:vaultName)
    func __bicep.url(vaultName) = format('https://{0}', local:vaultName)
    func __bicep.two() = user:__bicep.url('a')
    ");
}

#[test]
fn a_resource_is_taken_apart() {
    let (file, parsed) = read(
        r#"{"resources": [{
            "comments": "c", "type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "[format('d{0}', copyIndex())]",
            "location": "westeurope", "condition": "[parameters('on')]", "scope": "[resourceGroup().id]",
            "copy": {"name": "disks", "count": 3, "mode": "serial", "batchSize": 1},
            "dependsOn": ["[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]", "plain"],
            "sku": {"name": "Premium_LRS"}, "zones": ["1"], "tags": {"[concat('a', 'b')]": "x"},
            "properties": {"diskSizeGB": 8}, "metadata": {"x": 1}, "@options": {"onlyIfNotExists": true}
        }]}"#,
    );
    let template = parsed.template.unwrap();
    insta::assert_snapshot!(show_template(&template), @r"
    scope ResourceGroup
    resource Microsoft.Compute/disks@2024-03-02 format('d{0}', copyIndex())
      scope resourceGroup().id
      location 'westeurope'
      if param:on
      body {sku: {name: 'Premium_LRS'}, zones: ['1'], tags: {concat('a', 'b'): 'x'}, properties: {diskSizeGB: 8}}
      for disks < 3
      after resourceId('Microsoft.Compute/diskEncryptionSets', 'des'), 'plain'
    ");
    let disk = &template.resources[0];
    assert_eq!(file.slice(disk.span), r#""Microsoft.Compute/disks""#);
    assert!(file.slice(disk.whole).starts_with("{\n") && file.slice(disk.whole).ends_with("}\n        }"));
    assert!(!parsed.language_version_2);
}

#[test]
fn nested_children_are_flattened_with_whole_type_and_name() {
    let template = template(
        r#"{"resources": [{
            "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv", "scope": "[parameters('s')]", "resources": [
                {"type": "keys", "apiVersion": "2023-07-01", "name": "k", "properties": {"kty": "RSA"}, "resources": [
                    {"type": "versions", "name": "[parameters('v')]", "resources": [{"type": "x", "name": "y"}]}]},
                {"type": "providers/locks", "name": "Microsoft.Authorization/l"},
                {"type": "Microsoft.Authorization/locks", "name": "m"},
                {"type": "microsoft.keyvault/vaults/secrets", "name": "kv/s"}
            ]}, {
            "type": "Microsoft.Compute/galleries", "name": "[concat('g', copyIndex())]", "copy": {"name": "gs", "count": 2},
            "resources": [{"type": "images", "name": "i"}]
        }]}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r#"
    scope ResourceGroup
    resource Microsoft.KeyVault/vaults@2023-07-01 'kv'
      scope param:s
      body {}
    resource Microsoft.KeyVault/vaults/keys@2023-07-01 'kv/k'
      scope param:s
      body {properties: {kty: 'RSA'}}
    resource Microsoft.KeyVault/vaults/keys/versions@? "{'kv/k'}{'/'}{param:v}"
      scope param:s
      body {}
    resource Microsoft.KeyVault/vaults/keys/versions/x@? "{"{'kv/k'}{'/'}{param:v}"}{'/'}{'y'}"
      scope param:s
      body {}
    resource Microsoft.Authorization/locks@? 'l'
      scope param:s
      body {}
    resource Microsoft.Authorization/locks@? 'm'
      scope param:s
      body {}
    resource microsoft.keyvault/vaults/secrets@? 'kv/s'
      scope param:s
      body {}
    resource Microsoft.Compute/galleries@? concat('g', copyIndex())
      body {}
      for gs < 2
    resource Microsoft.Compute/galleries/images@? "{concat('g', copyIndex())}{'/'}{'i'}"
      body {}
      for gs < 2
    "#);
}

#[test]
fn extension_resources_in_the_older_way_are_written_in_the_newer() {
    let template = template(
        r#"{"resources": [
            {"type": "Microsoft.KeyVault/vaults", "name": "[parameters('v')]", "resources": [
                {"type": "providers/roleAssignments", "name": "[concat('Microsoft.Authorization/', guid('a'))]"}]},
            {"type": "Microsoft.KeyVault/vaults/providers/roleAssignments", "name": "[concat(variables('v'), '/Microsoft.Authorization/', guid('b'))]"},
            {"type": "Microsoft.KeyVault/vaults/providers/roleAssignments", "name": "[format('{1}/Microsoft.Authorization/x{0}', 0, 1)]"},
            {"type": "Microsoft.KeyVault/vaults/Providers/locks", "name": "kv/Microsoft.Authorization/l"},
            {"type": "Microsoft.KeyVault/vaults/providers/locks", "name": "[variables('name')]"},
            {"type": "Microsoft.KeyVault/vaults/providers/locks", "name": "[format('{0:x}/Microsoft.Authorization/x', 0)]"},
            {"type": "Microsoft.Compute/galleries/images/providers/locks", "name": "g/i/Microsoft.Authorization/l"}
        ]}"#,
    );
    insta::assert_snapshot!(show_template(&template), @r#"
    scope ResourceGroup
    resource Microsoft.KeyVault/vaults@? param:v
      body {}
    resource Microsoft.Authorization/roleAssignments@? guid('a')
      scope "{'Microsoft.KeyVault/vaults/'}{param:v}"
      body {}
    resource Microsoft.Authorization/roleAssignments@? guid('b')
      scope "{'Microsoft.KeyVault/vaults/'}{var:v}"
      body {}
    resource Microsoft.Authorization/roleAssignments@? "{'x'}{0}"
      scope "{'Microsoft.KeyVault/vaults/'}{1}"
      body {}
    resource Microsoft.Authorization/locks@? 'l'
      scope 'Microsoft.KeyVault/vaults/kv'
      body {}
    resource Microsoft.KeyVault/vaults/providers/locks@? var:name
      body {}
    resource Microsoft.KeyVault/vaults/providers/locks@? format('{0:x}/Microsoft.Authorization/x', 0)
      body {}
    resource Microsoft.Compute/galleries/images/providers/locks@? 'g/i/Microsoft.Authorization/l'
      body {}
    "#);
}

#[test]
fn symbolic_names_existing_resources_and_extensions_are_read() {
    let (_, parsed) = read(
        r#"{"languageVersion": "2.0", "extensions": {"k8s": {"name": "Kubernetes", "version": "1.0.0"}}, "asserts": {"a": true}, "resources": {
            "vault": {"existing": true, "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv", "resourceGroup": "rg"},
            "key": {"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "[format('{0}/{1}', 'kv', 'k')]",
                "properties": "[shallowMerge(createArray(createObject('kty', reference('vault').x)))]", "dependsOn": ["VAULT", "other"]},
            "map": {"extension": "k8s", "type": "core/ConfigMap@v1", "properties": {"metadata": {"name": "m"}}}
        }}"#,
    );
    assert!(parsed.language_version_2);
    insta::assert_snapshot!(show_template(&parsed.template.unwrap()), @r"
    scope ResourceGroup
    resource vault Microsoft.KeyVault/vaults@2023-07-01 existing 'kv'
      body {resourceGroup: 'rg'}
    resource key Microsoft.KeyVault/vaults/keys@2023-07-01 format('{0}/{1}', 'kv', 'k')
      body {properties: shallowMerge(createArray(createObject('kty', reference('vault').x)))}
      after res:vault, 'other'
    resource map core/ConfigMap@v1 ?(the resource has no name)
      body {properties: {metadata: {name: 'm'}}}
    ");
}

#[test]
fn what_is_no_template_element_is_a_warning_and_left_out() {
    let (file, parsed) = read(
        r#"{"parameters": [1], "variables": {"copy": [{"count": 1}]}, "functions": [{"members": {}}], "outputs": {"o": 1},
            "resources": [2, {"name": "n"}, {"type": "A/b", "copy": "[1]"}, {"type": "[parameters('t')]"}]}"#,
    );
    insta::assert_snapshot!(diagnostics(&file, &parsed).join("\n"), @r#"
    Warning template: 'parameters' is not an object and is left out at `[1]`
    Warning template: a copy among the variables has no name and is left out at `{"count": 1}`
    Warning template: a namespace of functions has no name and is left out at `{"members": {}}`
    Warning template: an output that is not an object is left out at `1`
    Warning template: a resource that is not an object is left out at `2`
    Warning template: a resource without a type is left out at `{"name": "n"}`
    Warning template: the copy is not an object; how often the resource is repeated is not known at `"[1]"`
    Warning template: a resource whose type is computed is left out at `"[parameters('t')]"`
    "#);
    let template = parsed.template.unwrap();
    assert_eq!(template.resources.len(), 1);
    assert!(show(&template.resources[0].name).starts_with("?("));
}
