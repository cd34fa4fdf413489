//! What only the platform answers: a symbol that is the same wherever it is certainly the same, and no other.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use cmklint_graph::{Comparison, Fold, Value, compare};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_template::Inputs;
use support::deploy;

const HEAD: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;

/// The outputs `a` and `b`, each of which calls; `other` is a template deployed to the resource group `g2`, whose output is the second where it is given.
fn compared(a: &str, b: &str, elsewhere: bool) -> Comparison {
    let output = |name: &str, value: &str| format!(r#""{name}": {{"type": "object", "value": "[{value}]"}}"#);
    let account = r#"{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "st"}"#;
    let inner = format!(
        r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "resourceGroup": "g2", "properties": {{
        "mode": "Incremental", "expressionEvaluationOptions": {{"scope": "inner"}},
        "template": {{{HEAD}, "resources": [], "outputs": {{{}}}}}}}}}"#,
        output("b", b)
    );
    let second = if elsewhere { "reference('inner').outputs.b.value" } else { b };
    let text = format!(
        r#"{{{HEAD}, "parameters": {{"p": {{"type": "string"}}}}, "resources": [{account}, {inner}], "outputs": {{{}, {}}}}}"#,
        output("a", a),
        output("b", second)
    );
    let sources = Sources::new(MemoryLoader::new([("main.json", text.as_str())]));
    let done = deploy(&sources, "main.json", &Inputs::default());
    assert!(done.diagnostics.is_empty(), "{:?}", done.diagnostics);
    let value = |name: &str| -> Value { done.outputs[name].clone() };
    compare(&value("a"), &value("b"), Fold::Exact)
}

#[test]
fn what_is_asked_twice_is_answered_alike() {
    for call in [
        "resourceGroup().location",
        "resourceGroup().tags.owner",
        "subscription().subscriptionId",
        "subscription().displayName",
        "tenant().tenantId",
        "deployer().objectId",
        "environment().suffixes.storage",
        "environment().name",
        "deployment().name",
        "pickZones('Microsoft.Compute', 'disks', 'westeurope')",
        "providers('Microsoft.Compute', 'disks')",
        "reference('st').primaryEndpoints.blob",
        "reference('/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x', '2023-12-01').state",
        "listKeys('st', '2023-05-01').keys[0].value",
        "listAccountSas('st', '2023-05-01', createObject('a', parameters('p'))).accountSasToken",
    ] {
        assert_eq!(compared(call, call, false), Comparison::Equal, "{call}");
    }
}

#[test]
fn one_answer_whatever_the_words_it_is_asked_in() {
    let id = "resourceId('Microsoft.Storage/storageAccounts', 'st')";
    for (a, b) in [
        ("listKeys('st', '2023-05-01').keys[0].value", format!("listKeys({id}, '2019-06-01').keys[0].value")),
        ("reference('st', '2023-05-01').primaryEndpoints", format!("reference({id}).primaryEndpoints")),
        ("subscription().id", "concat('/subscriptions/', subscription().subscriptionId)".to_owned()),
        (
            "resourceGroup().id",
            "subscriptionResourceId('Microsoft.Resources/resourceGroups', resourceGroup().name)".to_owned(),
        ),
    ] {
        assert_eq!(compared(a, &b, false), Comparison::Equal, "{a} {b}");
    }
}

#[test]
fn another_answer_is_not_taken_for_the_same() {
    for (a, b) in [
        ("newGuid()", "newGuid()"),
        ("utcNow()", "utcNow()"),
        ("listKeys('st', '2023-05-01').keys[0].value", "listKeys('st', '2023-05-01').keys[1].value"),
        ("listKeys('st', '2023-05-01')", "listSecrets('st', '2023-05-01')"),
        (
            "pickZones('Microsoft.Compute', 'disks', 'westeurope')",
            "pickZones('Microsoft.Compute', 'disks', 'northeurope')",
        ),
        ("resourceGroup().location", "deployment().name"),
    ] {
        assert_eq!(compared(a, b, false), Comparison::Unknown, "{a} {b}");
    }
}

#[test]
fn a_nested_deployment_has_a_scope_of_its_own_and_the_same_platform() {
    for (call, expected) in [
        ("subscription().subscriptionId", Comparison::Equal),
        ("tenant().tenantId", Comparison::Equal),
        ("environment().suffixes.storage", Comparison::Equal),
        ("deployer().objectId", Comparison::Equal),
        ("resourceGroup().location", Comparison::Unknown),
        ("resourceGroup().name", Comparison::Unknown), // the root's may be g2 too
        ("deployment().name", Comparison::Unknown),
        ("newGuid()", Comparison::Unknown),
    ] {
        assert_eq!(compared(call, call, true), expected, "{call}");
    }
}
