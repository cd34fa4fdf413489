//! ARM templates and their parameter files are found by what they say, whatever they are called and wherever they stand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const SCHEMA: &str = "https://schema.management.azure.com/schemas";

/// A template that makes a key of the type `kty`, on line 4, and a set that uses it. The parameter `kty` defaults to RSA.
fn template(kty: &str) -> String {
    format!(
        r#"{{ "$schema": "{SCHEMA}/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"parameters": {{ "kty": {{ "type": "string", "defaultValue": "RSA" }} }}, "resources": [
{{ "type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv/disks", "properties": {{
"kty": "{kty}" }} }},
{{ "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": "des", "location": "westeurope", "properties": {{ "activeKey": {{
"sourceVault": {{ "id": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]" }},
"keyUrl": "[reference(resourceId('Microsoft.KeyVault/vaults/keys', 'kv', 'disks'), '2023-07-01').keyUriWithVersion]" }} }} }}
] }}"#
    )
}

fn parameters(kty: &str) -> String {
    format!(
        r#"{{ "$schema": "{SCHEMA}/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
"parameters": {{ "kty": {{ "value": "{kty}" }} }} }}"#
    )
}

const BY_PARAMETER: &str = "[parameters('kty')]";

#[test]
fn a_parameter_file_beside_its_template_is_an_instantiation_of_it() {
    let tree =
        Tree::new(&[("azuredeploy.json", template(BY_PARAMETER)), ("azuredeploy.parameters.json", parameters("RSA"))]);
    assert_eq!(tree.found(&["."]), [""; 0]);
    tree.write("azuredeploy.parameters.json", parameters("EC").as_bytes());
    assert_eq!(tree.found(&["."]), ["azuredeploy.parameters.json:2 CMK001"]);
    // Two environments, one of them at fault.
    tree.write("azuredeploy.parameters.json", parameters("RSA").as_bytes());
    tree.write("azuredeploy.parameters.prod.json", parameters("EC").as_bytes());
    let ran = tree.run(&["."]);
    assert_eq!(ran.out.matches("CMK001").count(), 1, "{}", ran.out);
    assert!(ran.out.contains("azuredeploy.parameters.prod.json"), "the trail leads to it: {}", ran.out);
}

#[test]
fn a_bicepparam_file_is_an_instantiation_of_the_template_it_names() {
    let bicep = "param kty string = 'RSA'\n\
        resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {\n  name: 'kv/disks'\n  properties: {\n    kty: kty\n  }\n}\n\
        resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {\n  name: 'des'\n  location: 'westeurope'\n  properties: {\n\
            activeKey: { keyUrl: key.properties.keyUriWithVersion, sourceVault: { id: resourceId('Microsoft.KeyVault/vaults', 'kv') } }\n  }\n}\n";
    let tree = Tree::new(&[
        ("infra/main.bicep", bicep),
        ("env/dev.bicepparam", "using '../infra/main.bicep'\nparam kty = 'RSA'\n"),
    ]);
    assert_eq!(tree.found(&["."]), [""; 0]);
    tree.write("env/prod.bicepparam", b"using '../infra/main.bicep'\nparam kty = 'E${'C'}'\n");
    assert_eq!(tree.found(&["."]), ["env/prod.bicepparam:2 CMK001"]);
    // A compiled template may be what is used, too.
    let tree = Tree::new(&[
        ("infra/keys.json", template(BY_PARAMETER)),
        ("env/prod.bicepparam", "using '../infra/keys.json'\nparam kty = 'EC'\n".to_owned()),
    ]);
    assert_eq!(tree.found(&["."]), ["env/prod.bicepparam:2 CMK001"]);
}

#[test]
fn templates_are_found_by_content_with_comments_and_trailing_text_too() {
    let text = template("EC");
    for (path, text, line) in [
        ("deploy/azuredeploy.json", text.clone(), 4),
        ("keys.deployment.json", text.clone(), 4),
        ("infra/anything.json", format!("/* (c) Contoso\n */ {text}"), 5),
        ("network.jsonc", format!("// keys\n{text}"), 5),
        (
            "trailing.template.json",
            format!(
                r"{text}

}} end of the template ]
"
            ),
            4,
        ),
        ("comma.json", text.replace("keyUriWithVersion]\" } }", "keyUriWithVersion]\", }, }"), 4),
        ("no-schema.json", text.replace("\"$schema\"", "\"schema\""), 4),
    ] {
        let found = Tree::new(&[(path, text.as_str())]).found(&["."]);
        assert_eq!(found, [format!("{path}:{line} CMK001")], "{text}");
    }
}

#[test]
fn what_a_template_spec_holds_is_checked() {
    let text = format!(
        r#"{{ "$schema": "{SCHEMA}/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
{{ "type": "Microsoft.Resources/templateSpecs", "apiVersion": "2022-02-01", "name": "keys", "location": "westeurope" }},
{{ "type": "Microsoft.Resources/templateSpecs/versions", "apiVersion": "2022-02-01", "name": "keys/1.0", "location": "westeurope", "properties": {{ "mainTemplate":
{} }} }} ] }}"#,
        template("EC").replace("\"[", "\"[[") // they are evaluated when the spec is deployed
    );
    assert_eq!(Tree::new(&[("spec.json", &text)]).found(&["."]), ["spec.json:7 CMK001"]);
}

#[test]
fn a_deployment_script_is_read_over_and_what_stands_beside_it_is_checked() {
    let script = r#"{ "type": "Microsoft.Resources/deploymentScripts", "apiVersion": "2023-08-01", "name": "s", "kind": "AzureCLI", "location": "westeurope",
  "properties": { "azCliVersion": "2.60", "retentionInterval": "P1D", "scriptContent": "echo '{\"resources\": [[}' > \"$AZ_SCRIPTS_OUTPUT_PATH\"",
  "environmentVariables": [ { "name": "SET", "value": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" } ] } },
"#;
    let text = template("EC").replacen(
        "{ \"type\": \"Microsoft.KeyVault",
        &format!("{script}{{ \"type\": \"Microsoft.KeyVault"),
        1,
    );
    let tree = Tree::new(&[("main.json", &text)]);
    assert_eq!(tree.found(&["."]), ["main.json:7 CMK001"]);
    assert_eq!(tree.run(&["--format", "compact"]).err.matches("warning").count(), 0);
}

#[test]
fn json_that_is_no_template_is_skipped_silently() {
    let texts = [
        ("package.json", "{\"name\": \"x\", \"version\": \"1.0.0\", \"resources\": []}".to_owned()),
        (
            "createUiDefinition.json",
            format!(
                "{{\"$schema\": \"{SCHEMA}/0.1.2-preview/CreateUIDefinition.MultiVm.json#\", \"parameters\": {{}}}}"
            ),
        ),
        ("tsconfig.json", "// c\n{ \"compilerOptions\": { \"strict\": true, }, }".to_owned()),
        ("broken.json", "{ \"type\": \"Microsoft.Compute/disks\", ".to_owned()),
        ("list.json", "[{\"$schema\": \"deploymentTemplate.json#\"}]".to_owned()),
    ];
    let ran = Tree::new(&texts).run(&["--verbose"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for (path, _) in &texts {
        assert!(!ran.out.contains(path) && !ran.err.contains(path), "{path}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn what_never_ends_in_a_template_is_named_and_the_rest_checked() {
    let with = |more: &str| template("EC").replacen("\"resources\": [", &format!("{more} \"resources\": ["), 1);
    let cyclic = with(
        "\"variables\": { \"a\": \"[variables('b')]\", \"b\": \"[concat('x', variables('a'))]\" }, \"outputs\": { \"o\": { \"type\": \"string\", \"value\": \"[variables('a')]\" } },",
    );
    let copy =
        |inner: &str| format!("{{ \"copy\": [ {{ \"name\": \"c\", \"count\": 1000000, \"input\": {inner} }} ] }}");
    let disk = format!(
        "{{ \"type\": \"Microsoft.Compute/disks\", \"apiVersion\": \"2024-03-02\", \"name\": \"[concat('d', copyIndex())]\", \"location\": \"westeurope\", \
         \"copy\": {{ \"name\": \"many\", \"count\": 1000000 }}, \"properties\": {} }},",
        copy(&copy("\"x\""))
    );
    let long = template("EC").replacen("\"resources\": [", &format!("\"resources\": [ {disk}"), 1);
    let locks: String = (1..3_000)
        .map(|i| {
            format!(
                "{{ \"type\": \"Microsoft.Authorization/locks\", \"apiVersion\": \"2020-05-01\", \"name\": \"l{i}\", \"scope\": \"[concat('Microsoft.Authorization/locks/l', {})]\" }},",
                i - 1
            )
        })
        .collect();
    let chain = template("EC").replacen("\"resources\": [", &format!("\"resources\": [ {locks}"), 1);
    for (text, word) in [(cyclic, "needs its own value"), (long, "1000000"), (chain, "")] {
        let tree = Tree::new(&[("main.json", &text)]);
        let ran = tree.run(&["--format", "compact", "--verbose"]);
        assert!(ran.err.contains(word), "no «{word}» in {}", ran.err);
        assert!(ran.out.contains("main.json:4:") && ran.out.contains("CMK001"), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn templates_that_deploy_each_other_are_a_cycle_that_is_named() {
    let link = |to: &str| {
        format!(
            "{{ \"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2022-09-01\", \"name\": \"d\", \"properties\": {{ \"mode\": \"Incremental\", \
             \"templateLink\": {{ \"relativePath\": \"{to}\" }} }} }},"
        )
    };
    let with = |to: &str| template("EC").replacen("\"resources\": [", &format!("\"resources\": [ {}", link(to)), 1);
    let ran = Tree::new(&[("a.json", with("b.json")), ("b.json", with("a.json"))]).run(&["--format", "compact"]);
    assert!(ran.err.contains("deploys itself"), "{}", ran.err);
    assert!(ran.out.contains("a.json:4:") || ran.out.contains("b.json:4:"), "{}", ran.out);
}
