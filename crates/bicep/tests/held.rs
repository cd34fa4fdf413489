//! Templates that resources hold: deployments written as resources, and template specs.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_bicep::parse;
use cmklint_graph::DeploymentId;
use cmklint_template::{Inputs, Limits, TemplateRef, evaluate};
use support::{Files, messages, read_beside, sources};

const JSON: &str = r#"{
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": { "a": { "type": "string" } },
    "resources": [ {
        "type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "d", "location": "[parameters('a')]"
    } ]
}"#;

/// The locations of what the deployments in the file with `text` deploy, beside `held.json`; `?` for one that is not known.
fn locations(text: &str) -> Vec<String> {
    let sources = sources(&[("main.bicep", text), ("held.json", JSON)]);
    let parsed = parse(&sources.load("main.bicep").unwrap(), &sources);
    let (template, library) = (parsed.template.unwrap(), Files(&sources));
    let done = evaluate(&template, "main.bicep", &Inputs::default(), DeploymentId(0), &library, &Limits::default());
    let disks = done.deployment.resources.iter().filter(|r| r.address.contains('.'));
    disks.map(|disk| disk.location.as_str().unwrap_or("?").to_owned()).collect()
}

fn deployment(properties: &str) -> String {
    format!(
        "param region string = 'westeurope'
        param regions array = ['westeurope', 'northeurope']
        resource x 'Microsoft.Resources/deployments@2024-03-01' = {{ name: 'x', properties: {{ mode: 'Incremental'
        {properties} }} }}"
    )
}

fn disk(location: &str) -> String {
    format!(
        "{{ resources: [ {{ type: 'Microsoft.Compute/disks', apiVersion: '2024-03-02', name: 'd', location: {location} }} ] }}"
    )
}

#[test]
fn expressions_of_bicep_are_evaluated_around_and_text_within() {
    for (location, comes_to) in [
        ("'westeurope'", "westeurope"),
        ("region", "westeurope"),
        ("regions[1]", "northeurope"),
        ("toLower('WestEurope')", "westeurope"),
        ("'${region}'", "westeurope"),
        ("'[toLower(\\'NorthEurope\\')]'", "northeurope"),
        ("'[[x]'", "[x]"),
        ("any('westeurope')", "westeurope"),
    ] {
        assert_eq!(locations(&deployment(&format!("template: {}", disk(location)))), [comes_to], "{location}");
    }
    // What the two make together is not known.
    for location in ["'[toLower(\\'${region}\\')]'", "'\\u{5b}toLower(\\'a\\')]'", "'''[toLower('a')]'''"] {
        let all = locations(&deployment(&format!("template: {}", disk(location))));
        assert_eq!(all, ["?"], "{location}");
    }
}

#[test]
fn within_the_inner_scope_only_literals_are_known() {
    let inner = |location: &str| {
        let scope = "expressionEvaluationOptions: { scope: 'Inner' }";
        locations(&deployment(&format!("{scope}\ntemplate: {}", disk(location))))
    };
    assert_eq!(inner("'westeurope'"), ["westeurope"]);
    for location in ["region", "'[parameters(\\'region\\')]'"] {
        assert_eq!(inner(location), ["?"], "{location}");
    }
    let file = "expressionEvaluationOptions: { scope: 'Inner' }\ntemplate: loadJsonContent('held.json')";
    assert!(locations(&deployment(file)).is_empty());
}

#[test]
fn a_file_is_deployed_with_the_arguments() {
    let given = "parameters: { a: { value: regions[1] } }";
    for template in [
        "loadJsonContent('held.json')",
        "json(loadTextContent('held.json'))",
        "any(loadJsonContent('held.json'))",
        "held",
    ] {
        let text = format!(
            "var held = loadJsonContent('held.json')\n{}",
            deployment(&format!("{given}\ntemplate: {template}"))
        );
        assert_eq!(locations(&text), ["northeurope"], "{template}");
    }
    let link = "templateLink: { relativePath: 'held.json' }";
    assert_eq!(locations(&deployment(&format!("{given}\n{link}"))), ["northeurope"]);
    let read = read_beside(&deployment("template: loadJsonContent('held.json')"), &[("app/held.json", JSON)]).1;
    assert_eq!(read.modules, ["app/held.json"]);
}

#[test]
fn what_is_computed_is_not_looked_into() {
    for template in [
        "regions[0]",
        "union({}, {})",
        "loadJsonContent('held.json', 'a.b')",
        "{ resources: regions }",
        "{ ...regions[0] }",
    ] {
        assert!(locations(&deployment(&format!("template: {template}"))).is_empty(), "{template}");
    }
    let looped =
        "template: { resources: [for r in regions: { type: 'Microsoft.Compute/disks', name: r, location: r }] }";
    assert!(locations(&deployment(looped)).is_empty());
}

#[test]
fn a_loop_of_deployments_gives_each_its_own_values() {
    let text = format!(
        "param regions array = ['westeurope', 'northeurope']
        resource x 'Microsoft.Resources/deployments@2024-03-01' = [for region in regions: {{
          name: 'x-${{region}}'
          properties: {{ mode: 'Incremental', template: {} }}
        }}]",
        disk("region")
    );
    assert_eq!(locations(&text), ["westeurope", "northeurope"]);
}

#[test]
fn versions_of_template_specs_are_kept_by_their_names() {
    let of = |text: &str| -> Vec<(String, bool)> {
        let (sources, read) = read_beside(text, &[]);
        assert_eq!(messages(&sources, &read.diagnostics), [""; 0]);
        let is_file =
            |template: &TemplateRef| matches!(template, TemplateRef::File { path, .. } if path == "app/held.json");
        read.specs.into_iter().map(|spec| (spec.label, is_file(&spec.template))).collect()
    };
    let spec =
        "resource spec 'Microsoft.Resources/templateSpecs@2022-02-01' = { name: specName, location: 'westeurope'";
    let held = "location: 'westeurope', properties: { mainTemplate: loadJsonContent('held.json') }";
    let nested = format!("var specName = 'ts'\n{spec}\n resource v 'versions' = {{ name: '1.0', {held} }}\n}}");
    assert_eq!(of(&nested), [("ts/1.0".to_owned(), true)]);
    let version = "'Microsoft.Resources/templateSpecs/versions@2022-02-01'";
    let beside =
        format!("var specName = 'ts'\n{spec} }}\nresource v {version} = {{ parent: spec, name: '1.0', {held} }}");
    assert_eq!(of(&beside), [("ts/1.0".to_owned(), true)]);
    let whole = format!("resource v {version} = {{ name: 'ts/1.0', {held} }}");
    assert_eq!(of(&whole), [("ts/1.0".to_owned(), true)]);
    let written = whole.replace("loadJsonContent('held.json')", "{ resources: [] }");
    assert_eq!(of(&written), [("ts/1.0".to_owned(), false)]);
    let computed = whole.replace("'ts/1.0'", "'ts/${uniqueString('a')}'");
    assert_eq!(of(&computed), [("Microsoft.Resources/templateSpecs/versions".to_owned(), true)]);
}

#[test]
fn stacks_policies_and_managed_applications_hold_templates_too() {
    let stack = deployment(&format!("template: {}\ndeploymentScope: subscription().id", disk("'[toLower(\\'A\\')]'")))
        .replace("Resources/deployments@", "Resources/deploymentStacks@");
    assert_eq!(locations(&stack), ["a"]);
    let of = |text: &str| -> Vec<String> {
        let (sources, read) = read_beside(text, &[]);
        assert_eq!(messages(&sources, &read.diagnostics), [""; 0]);
        read.specs.into_iter().map(|spec| spec.label).collect()
    };
    let policy = "resource p 'Microsoft.Authorization/policyDefinitions@2023-04-01' = { name: 'p', properties: { policyRule: { then: {
      details: { deployment: { properties: { template: { resources: [] } } } } } } } }";
    assert_eq!(of(policy), ["p"]);
    let application = "resource a 'Microsoft.Solutions/applicationDefinitions@2021-07-01' = {
      name: 'a', location: 'westeurope', properties: { mainTemplate: loadJsonContent('held.json') } }";
    assert_eq!(of(application), ["a"]);
}
