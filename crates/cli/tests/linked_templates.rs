//! Templates that deployments link to, through the binary: whole addresses, names made of parameters, parameter files, template specs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use assert_cmd::Command;
use common::Tree;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A template whose set is in `location`, an expression or a text.
fn set(location: &str) -> String {
    format!(
        r#"{{
  "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0",
  "parameters": {{ "location": {{ "type": "string", "defaultValue": "westeurope" }} }},
  "resources": [{{ "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-10-02", "name": "des", "location": "{location}" }}],
  "outputs": {{ "id": {{ "type": "string", "value": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" }} }}
}}"#
    )
}

/// A template with a disk in northeurope, whose set is that of the deployment with these properties.
fn root(parameters: &str, properties: &str) -> String {
    format!(
        r#"{{
  "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0",
  "parameters": {{ {parameters} }},
  "variables": {{ "file": "des.json", "files": {{ "des": "nested/des.json" }} }},
  "resources": [
    {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "l", "properties": {{ "mode": "Incremental", {properties} }} }},
    {{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "disk", "location": "northeurope",
      "properties": {{ "creationData": {{ "createOption": "Empty" }}, "diskSizeGB": 32,
        "encryption": {{ "diskEncryptionSetId": "[reference('l').outputs.id.value]" }} }} }}
  ]
}}"#
    )
}

/// Findings of CMK020 in `tree`.
fn found(tree: &Tree) -> (Vec<String>, String) {
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let args = ["--format", "compact", "--only", "CMK020", "--verbose", "."];
    let output = command.current_dir(tree.path()).args(args).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout).lines().filter(|l| l.contains("CMK020")).map(str::to_owned).collect(), text(&output.stderr))
}

fn is_found(parameters: &str, properties: &str, files: &[(&str, &str)]) {
    let root = root(parameters, properties);
    let mut all = vec![("x/azuredeploy.json", root.as_str())];
    all.extend(files);
    let (found, err) = found(&Tree::new(&all));
    assert_eq!(found.len(), 1, "{properties} {found:?} {err}");
    assert!(found[0].starts_with("x/azuredeploy.json:"), "{found:?}");
}

#[test]
fn a_link_to_a_file_of_the_tree_is_followed_however_it_is_named() {
    let des = set("[parameters('location')]");
    let nested = [("x/nested/des.json", des.as_str())];
    let raw = "https://raw.githubusercontent.com/o/r";
    for (parameters, uri) in [
        ("", format!("{raw}/master/x/nested/des.json")),
        ("", format!("{raw}/master/far/x/nested/des.json?token=1")),
        (
            r#""branch": { "type": "string" }"#,
            format!("[concat('{raw}/', parameters('branch'), '/x/nested/des.json')]"),
        ),
        (
            r#""sas": { "type": "string" }"#,
            "[concat('https://s.blob.core.windows.net/t/nested/des.json', parameters('sas'))]".to_owned(),
        ),
        (
            r#""base": { "type": "string" }, "kind": { "type": "string", "defaultValue": "des" }"#,
            "[concat(parameters('base'), '/nested/', parameters('kind'), '.json')]".to_owned(),
        ),
        (
            r#""kind": { "type": "string", "defaultValue": "des" }"#,
            "[uri(deployment().properties.templateLink.uri, concat('nested/', parameters('kind'), '.json'))]"
                .to_owned(),
        ),
        (r#""uri": { "type": "string", "defaultValue": "nested/des.json" }"#, "[parameters('uri')]".to_owned()),
        (
            &format!(r#""uri": {{ "type": "string", "defaultValue": "{raw}/main/x/nested/des.json" }}"#),
            "[parameters('uri')]".to_owned(),
        ),
        (r#""base": { "type": "string" }"#, "[uri(parameters('base'), variables('files').des)]".to_owned()),
        (
            r#""base": { "type": "string", "defaultValue": "https://h/r/x/" }"#,
            "[concat(parameters('base'), 'nested/', variables('file'))]".to_owned(),
        ),
    ] {
        is_found(parameters, &format!(r#""templateLink": {{ "uri": "{uri}" }}"#), &nested);
    }
    is_found("", r#""templateLink": { "relativePath": "[concat('nested/', variables('file'))]" }"#, &nested);
}

#[test]
fn an_address_elsewhere_is_not_taken_for_a_file_of_its_name() {
    let des = set("westeurope");
    for uri in ["https://h/other/des.json", "https://h/nested2/des.json", "[parameters('p')]", "https://des.json"] {
        let root = root(r#""p": { "type": "string" }"#, &format!(r#""templateLink": {{ "uri": "{uri}" }}"#));
        let tree = Tree::new(&[("x/azuredeploy.json", &root), ("x/des.json", &des)]);
        assert_eq!(found(&tree).0, [""; 0], "{uri}");
    }
}

#[test]
fn a_linked_parameter_file_gives_the_arguments() {
    let des = set("[parameters('location')]");
    let given = |region: &str| {
        let head = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0""#;
        format!(r#"{{ {head}, "parameters": {{ "location": {{ "value": "{region}" }} }} }}"#)
    };
    let (wrong, right) = (given("uksouth"), given("northeurope"));
    for link in [
        r#""relativePath": "nested/des.parameters.json""#,
        r#""uri": "https://raw.githubusercontent.com/o/r/main/x/nested/des.parameters.json""#,
        r#""uri": "[concat(parameters('base'), '/nested/des.parameters.json')]""#,
        r#""uri": "[uri(deployment().properties.templateLink.uri, 'nested/des.parameters.json')]""#,
    ] {
        let properties =
            format!(r#""templateLink": {{ "relativePath": "nested/des.json" }}, "parametersLink": {{ {link} }}"#);
        let base = r#""base": { "type": "string" }"#;
        is_found(base, &properties, &[("x/nested/des.json", &des), ("x/nested/des.parameters.json", &wrong)]);
        let root = root(base, &properties);
        for parameters in [Some(right.as_str()), Some("{ nonsense"), Some("[]"), None] {
            let mut files = vec![("x/azuredeploy.json", root.as_str()), ("x/nested/des.json", &des)];
            files.extend(parameters.map(|text| ("x/nested/des.parameters.json", text)));
            let (found, err) = found(&Tree::new(&files));
            // Without the file, the default is not known to hold.
            assert_eq!(found, [""; 0], "{link} {parameters:?} {err}");
        }
    }
}

/// A template that holds `template` as the version 1.0 of the spec `ts-des`.
fn spec(template: &str) -> String {
    let escaped = template.replace("\"[", "\"[[");
    format!(
        r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": [
  {{ "type": "Microsoft.Resources/templateSpecs", "apiVersion": "2021-05-01", "name": "ts-des", "location": "westeurope",
    "resources": [{{ "type": "versions", "apiVersion": "2021-05-01", "name": "1.0", "location": "westeurope",
      "properties": {{ "mainTemplate": {escaped} }} }}] }}
] }}"#
    )
}

#[test]
fn a_template_spec_of_the_tree_is_deployed() {
    let spec = spec(&set("westeurope"));
    let files = [("specs/main.json", spec.as_str())];
    for id in [
        "[resourceId('Microsoft.Resources/templateSpecs/versions', 'ts-des', '1.0')]",
        "[resourceId('rg-specs', 'Microsoft.Resources/templateSpecs/versions', 'TS-DES', '1.0')]",
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/ts-des/versions/1.0",
        "[concat(subscription().id, '/resourceGroups/g/providers/Microsoft.Resources/templateSpecs/ts-des/versions/', parameters('v'))]",
    ] {
        let version = r#""v": { "type": "string", "defaultValue": "1.0" }"#;
        is_found(version, &format!(r#""templateLink": {{ "id": "{id}" }}"#), &files);
    }
    // Another version, or two of the same.
    let id = |version: &str| {
        format!(
            r#""templateLink": {{ "id": "[resourceId('Microsoft.Resources/templateSpecs/versions', 'ts-des', '{version}')]" }}"#
        )
    };
    let other = root("", &id("2.0"));
    assert_eq!(found(&Tree::new(&[("x/azuredeploy.json", other.as_str()), files[0]])).0, [""; 0]);
    let same = root("", &id("1.0"));
    assert_eq!(
        found(&Tree::new(&[("x/azuredeploy.json", same.as_str()), files[0], ("b/main.json", &spec)])).0,
        [""; 0]
    );
}

#[test]
fn a_template_spec_of_the_tree_is_what_a_module_of_bicep_means() {
    let spec = spec(&set("westeurope"));
    for (path, config) in [
        ("ts:00000000-0000-0000-0000-000000000001/rg/ts-des:1.0", "{}"),
        (
            "ts/ours:ts-des:1.0",
            r#"{ "moduleAliases": { "ts": { "ours": { "subscription": "00000000-0000-0000-0000-000000000001", "resourceGroup": "rg" } } } }"#,
        ),
    ] {
        let main = format!(
            "module des '{path}' = {{ name: 'des' }}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {{
  name: 'disk'
  location: 'northeurope'
  properties: {{ creationData: {{ createOption: 'Empty' }}, encryption: {{ diskEncryptionSetId: des.outputs.id }} }}
}}
"
        );
        let tree =
            Tree::new(&[("app/main.bicep", main.as_str()), ("bicepconfig.json", config), ("specs/main.json", &spec)]);
        let (found, err) = found(&tree);
        assert!(found.len() == 1 && found[0].starts_with("app/main.bicep:"), "{path} {found:?} {err}");
    }
}

#[test]
fn a_template_spec_in_bicep_is_deployed_by_its_id() {
    let spec = "resource spec 'Microsoft.Resources/templateSpecs@2022-02-01' = {
  name: 'ts-des'
  location: 'westeurope'
}
resource version 'Microsoft.Resources/templateSpecs/versions@2022-02-01' = {
  parent: spec
  name: '1.0'
  location: 'westeurope'
  properties: { mainTemplate: loadJsonContent('set.json') }
}
";
    let set = set("westeurope");
    let files = [("specs/main.bicep", spec), ("specs/set.json", set.as_str())];
    let id = r#""templateLink": { "id": "[resourceId('rg', 'Microsoft.Resources/templateSpecs/versions', 'ts-des', '1.0')]" }"#;
    is_found("", id, &files);
    let main = format!(
        "{spec}
resource des 'Microsoft.Resources/deployments@2024-03-01' = {{
  name: 'des'
  properties: {{ mode: 'Incremental', templateLink: {{ id: version.id }} }}
}}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {{
  name: 'disk'
  location: 'northeurope'
  properties: {{
    creationData: {{ createOption: 'Empty' }}
    encryption: {{ diskEncryptionSetId: des.properties.outputs.id.value }}
  }}
}}
"
    );
    let (found, err) = found(&Tree::new(&[("app/main.bicep", main.as_str()), ("app/set.json", &set)]));
    assert!(found.len() == 1 && found[0].starts_with("app/main.bicep:"), "{found:?} {err}");
}

#[test]
fn what_deploys_itself_ends() {
    let itself = root("", r#""templateLink": { "uri": "https://h/o/r/main/x/azuredeploy.json" }"#);
    let (none, err) = found(&Tree::new(&[("x/azuredeploy.json", &itself)]));
    assert!(none.is_empty() && err.contains("deploys itself"), "{err}");
    let link =
        r#""templateLink": { "id": "[resourceId('Microsoft.Resources/templateSpecs/versions', 'ts-des', '1.0')]" }"#;
    let inner = format!(
        r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": [
  {{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "l", "properties": {{ "mode": "Incremental", {link} }} }},
  {{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "d", "location": "uksouth" }}] }}"#
    );
    let (none, err) = found(&Tree::new(&[("specs/main.json", &spec(&inner))]));
    assert!(none.is_empty() && err.contains("deploys itself"), "{err}");
}
