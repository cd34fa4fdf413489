//! Resources that hold code: template specs and deployment scripts.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use cmklint_arm::{JsonKind, classify, parse};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_template::{ExprKind, Inputs, TargetScope};
use support::{deploy, file, read, show_template};

const SPEC: &str = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": {"version": {"type": "string"}},
  "resources": [
    {"type": "Microsoft.Resources/templateSpecs", "apiVersion": "2022-02-01", "name": "keys", "location": "westeurope", "resources": [
      {"type": "versions", "apiVersion": "2022-02-01", "name": "1.0", "location": "westeurope", "properties": {
        "description": "[concat('of ', parameters('version'))]",
        "mainTemplate": {
          "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
          "parameters": {"size": {"type": "int", "defaultValue": 2048}},
          "resources": [{"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "[[concat('kv', '/key')]",
            "properties": {"kty": "RSA", "keySize": "[[parameters('size')]", "outer": "[parameters('version')]", "text": "[[[x]"}}]
        }}}]}]}"#;

#[test]
fn the_template_of_a_template_spec_is_a_root_of_its_own() {
    let (file, parsed) = read(SPEC);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let [spec] = &parsed.specs[..] else { panic!("{:?}", parsed.specs) };
    assert_eq!(spec.label, "keys/1.0");
    assert!(file.slice(spec.span).starts_with("{\n          \"$schema\""));
    assert_eq!(spec.template.scope, TargetScope::Subscription);
    let shown = show_template(&spec.template);
    assert!(shown.contains("concat('kv', '/key')"), "{shown}");
    let body =
        "{properties: {kty: 'RSA', keySize: param:size, outer: ?(an expression of the template around), text: '[x]'}}";
    assert!(shown.contains(body), "{shown}");
    let name = &spec.template.resources[0].name;
    assert_eq!(file.slice(name.span), "\"[[concat('kv', '/key')]\"");
    let ExprKind::Call { args, .. } = &name.kind else { panic!() };
    assert_eq!(file.slice(args[1].span), "'/key'");
}

#[test]
fn a_template_spec_is_a_resource_without_its_template() {
    let sources = Sources::new(MemoryLoader::new([("main.json", SPEC)]));
    let deployed = deploy(&sources, "main.json", &Inputs::default());
    let kinds: Vec<&str> = deployed.deployment.resources.iter().map(|r| r.kind.as_str()).collect();
    assert_eq!(kinds, ["Microsoft.Resources/templateSpecs", "Microsoft.Resources/templateSpecs/versions"]);
    let version = &deployed.deployment.resources[1];
    assert!(version.get("properties.mainTemplate").is_null());
    assert!(!version.get("properties.description").is_null());
}

#[test]
fn a_spec_within_a_spec_and_a_computed_one_hold_nothing_that_is_read() {
    let inner = r#"{"type": "Microsoft.Resources/templateSpecs/versions", "name": "a/1", "properties": {"mainTemplate": {"resources": []}}}"#;
    let text = format!(
        r#"{{"contentVersion": "1.0.0.0", "resources": [
            {{"type": "Microsoft.Resources/templateSpecs/versions", "name": "b/1", "properties": {{"mainTemplate": {{"resources": [{inner}]}}}}}},
            {{"type": "Microsoft.Resources/templateSpecs/versions", "name": "c/1", "properties": {{"mainTemplate": "[variables('t')]"}}}}]}}"#
    );
    let (_, parsed) = read(&text);
    let labels: Vec<&str> = parsed.specs.iter().map(|s| s.label.as_str()).collect();
    assert_eq!(labels, ["b/1"]);
    assert_eq!(parsed.template.unwrap().resources.len(), 2);
}

#[test]
fn a_deployment_script_is_a_resource_like_any_other() {
    let text = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [
        {"type": "Microsoft.Resources/deploymentScripts", "apiVersion": "2023-08-01", "name": "wait", "kind": "AzurePowerShell", "location": "westeurope",
         "identity": {"type": "UserAssigned", "userAssignedIdentities": {"[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'x')]": {}}},
         "properties": {"azPowerShellVersion": "14.0", "scriptContent": "$x = @{ resources = '[[concat(]' }\nWrite-Output \"[$x]\"", "retentionInterval": "P1D"}}],
        "outputs": {"text": {"type": "string", "value": "[reference('wait').outputs.text]"}}}"#;
    let sources = Sources::new(MemoryLoader::new([("main.json", text)]));
    let deployed = deploy(&sources, "main.json", &Inputs::default());
    assert!(deployed.diagnostics.is_empty());
    let [script] = &deployed.deployment.resources[..] else { panic!() };
    assert_eq!(script.kind.as_str(), "Microsoft.Resources/deploymentScripts");
    let identities = script.get("identity.userAssignedIdentities");
    let members = identities.as_object().unwrap().rest.as_ref().unwrap().members().unwrap();
    assert!(members[0].0.describe().contains("/userAssignedIdentities/"));
}

#[test]
fn templates_are_reported_by_what_they_say_whatever_they_are_called() {
    let template = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}"#;
    for (name, text) in [
        ("azuredeploy.json", template.to_owned()),
        ("x.deployment.json", format!("// (c) Contoso\n{template}\n")),
        ("x.json", format!("{template}\n\nend of the template }} ]")),
        ("x.template.json", format!("\u{feff}{template}").trim_start_matches('\u{feff}').to_owned()),
        ("crlf.json", template.replace(", ", ",\r\n/* x */ ")),
        ("cr.json", template.replace(", ", ",\r")),
    ] {
        assert_eq!(classify(&text), JsonKind::Template, "{name}");
        let parsed = parse(&file(name, &text));
        assert!(parsed.template.is_some() && parsed.diagnostics.is_empty(), "{name}: {:?}", parsed.diagnostics);
    }
    let parameters = r#"{"$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {}}"#;
    assert_eq!(classify(parameters), JsonKind::Parameters);
    for other in [
        "{\"name\": \"app\", \"version\": \"1.0\"}",
        "[]",
        "null",
        "\"deploymentTemplate.json\"",
        "{\"$schema\": 1, \"resources\": []}",
    ] {
        assert_eq!(classify(other), JsonKind::Other, "{other}");
    }
}
