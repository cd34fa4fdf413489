//! What ARM JSON alone can say, deployed: outer scopes, links, nested children, the older way of extensions, existing resources elsewhere.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use cmklint_graph::{Comparison, DeploymentId, Estate, Fold, Resource, ResourceId, Target, Value, World, compare};
use cmklint_source::{MemoryLoader, Severity, Sources};
use support::deploy;

const HOME: DeploymentId = DeploymentId(0);

fn estate(files: &[(&str, &str)]) -> Estate {
    let sources = Sources::new(MemoryLoader::new(files.iter().map(|(path, text)| (*path, *text))));
    let result = deploy(&sources, files[0].0, &Default::default());
    let wrong: Vec<_> = result.diagnostics.iter().filter(|d| d.severity > Severity::Note).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    Estate::new(vec![result.deployment])
}

fn only<'e>(estate: &'e Estate, kind: &str) -> &'e Resource {
    let mut found = estate.of_kind(kind);
    match (found.next(), found.next()) {
        (Some(only), None) => only,
        _ => panic!("not one {kind}"),
    }
}

fn name(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not known: {value:?}"))
}

#[test]
fn an_outer_scope_means_the_parameters_and_variables_around_and_an_inner_one_its_own() {
    let template = |scope: &str| {
        format!(
            r#"{{"parameters": {{"Size": {{"type": "int", "defaultValue": 4096}}}}, "resources": [{{
                "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "properties": {{
                    "expressionEvaluationOptions": {{"scope": "{scope}"}}, "mode": "Incremental",
                    "parameters": {{"size": {{"value": 1024}}}}, "template": {{
                        "parameters": {{"size": {{"type": "int"}}}},
                        "resources": [{{"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv/k",
                            "properties": {{"keySize": "[parameters('SIZE')]"}}}}]}}}}}}]}}"#
        )
    };
    for (scope, size) in [("outer", 4096), ("inner", 1024)] {
        let estate = estate(&[("main.json", &template(scope))]);
        let key = only(&estate, "Microsoft.KeyVault/vaults/keys");
        assert_eq!(key.get("properties.keySize").as_number().unwrap().as_i64(), Some(size), "{scope}");
    }
}

#[test]
fn linked_templates_are_followed_by_relative_path_and_by_the_end_of_a_computed_link() {
    let nested = r#"{"parameters": {"name": {"type": "string"}}, "resources": [
        {"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "[parameters('name')]", "location": "westeurope"}]}"#;
    for link in [
        r#"{"relativePath": "nested/disk.json"}"#,
        r#"{"uri": "[uri(deployment().properties.templateLink.uri, 'nested/disk.json')]"}"#,
        r#"{"uri": "[concat(parameters('_artifactsLocation'), '/nested/disk.json', parameters('token'))]"}"#,
        r#"{"uri": "[variables('link')]"}"#,
    ] {
        let main = format!(
            r#"{{"parameters": {{"_artifactsLocation": {{"type": "string"}}, "token": {{"type": "securestring", "defaultValue": ""}}}},
            "variables": {{"link": "[uri(parameters('_artifactsLocation'), 'nested/disk.json')]"}},
            "resources": [{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n",
                "properties": {{"mode": "Incremental", "templateLink": {link}, "parameters": {{"name": {{"value": "d1"}}}}}}}}]}}"#
        );
        let estate = estate(&[("t/main.json", &main), ("t/nested/disk.json", nested)]);
        assert_eq!(name(only(&estate, "Microsoft.Compute/disks").names.last().unwrap()), "d1", "{link}");
    }
}

#[test]
fn a_nested_child_has_its_parents_name_and_a_role_assignment_of_the_older_way_its_vault() {
    let estate = estate(&[(
        "main.json",
        r#"{"variables": {"vault": "kv"}, "resources": [
            {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "[variables('vault')]", "location": "westeurope", "resources": [
                {"type": "keys", "apiVersion": "2023-07-01", "name": "disks", "properties": {"kty": "RSA"}},
                {"type": "providers/roleAssignments", "apiVersion": "2018-01-01-preview", "name": "[concat('Microsoft.Authorization/', guid('a'))]"}]},
            {"type": "Microsoft.KeyVault/vaults/providers/roleAssignments", "apiVersion": "2018-01-01-preview",
                "name": "[concat(variables('vault'), '/Microsoft.Authorization/', guid('b'))]"}]}"#,
    )]);
    let key = only(&estate, "Microsoft.KeyVault/vaults/keys");
    assert_eq!(key.names.iter().map(name).collect::<Vec<_>>(), ["kv", "disks"]);
    let vault = only(&estate, "Microsoft.KeyVault/vaults");
    let roles: Vec<&Resource> = estate.of_kind("Microsoft.Authorization/roleAssignments").collect();
    assert_eq!(roles.len(), 2);
    for role in roles {
        match estate.resolve(&role.extends, &World::any(), HOME).as_slice() {
            [(_, Target::Node(node))] => assert_eq!(*node, vault.id),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_existing_resource_stands_where_its_members_say() {
    let estate = estate(&[(
        "main.json",
        r#"{"languageVersion": "2.0", "resources": {
            "vault": {"existing": true, "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv",
                "subscriptionId": "11111111-1111-1111-1111-111111111111", "resourceGroup": "rg-keys"},
            "set": {"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": "des", "location": "westeurope", "dependsOn": ["vault"],
                "properties": {"activeKey": {
                    "sourceVault": {"id": "[extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', '11111111-1111-1111-1111-111111111111', 'rg-keys'), 'Microsoft.KeyVault/vaults', 'kv')]"},
                    "keyUrl": "[concat(reference('vault').vaultUri, 'keys/disks')]"}}}}}"#,
    )]);
    let vault = only(&estate, "Microsoft.KeyVault/vaults");
    assert_eq!(name(&vault.scope.subscription), "11111111-1111-1111-1111-111111111111");
    assert_eq!(name(&vault.scope.resource_group), "rg-keys");
    let set = only(&estate, "Microsoft.Compute/diskEncryptionSets");
    let id = set.get("properties.activeKey.sourceVault.id");
    assert_eq!(name(ResourceId::parse(&id).unwrap().names.last().unwrap()), "kv");
    match estate.resolve(&id, &World::any(), HOME).as_slice() {
        [(_, Target::Node(node))] => assert_eq!(*node, vault.id),
        other => panic!("{other:?}"),
    }
}

#[test]
fn variable_copies_functions_and_conditions_are_evaluated() {
    let estate = estate(&[(
        "main.json",
        r#"{"functions": [{"namespace": "c", "members": {"url": {"parameters": [{"name": "v", "type": "string"}],
                "output": {"type": "string", "value": "[format('https://{0}.vault.azure.net/keys/disks', parameters('V'))]"}}}}],
            "parameters": {"on": {"type": "bool"}},
            "variables": {"copy": [{"name": "names", "count": 2, "input": "[format('des-{0}', copyIndex('names', 1))]"}]},
            "resources": [{"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "copy": {"name": "sets", "count": "[length(variables('names'))]"},
                "name": "[variables('names')[copyIndex()]]", "location": "westeurope", "condition": "[parameters('on')]",
                "properties": {"activeKey": {"keyUrl": "[c.url('kv')]"}}}]}"#,
    )]);
    let sets: Vec<&Resource> = estate.of_kind("Microsoft.Compute/diskEncryptionSets").collect();
    let names: Vec<&str> = sets.iter().map(|r| name(r.names.last().unwrap())).collect();
    assert_eq!(names, ["des-1", "des-2"]);
    for set in sets {
        assert_eq!(name(&set.get("properties.activeKey.keyUrl")), "https://kv.vault.azure.net/keys/disks");
        assert_eq!(set.condition.as_bool(), None);
        assert_eq!(estate.present(set.id, &World::any()).len(), 1);
    }
}

#[test]
fn a_secret_given_as_an_argument_is_unknown_and_no_two_are_known_to_differ() {
    let estate = estate(&[(
        "main.json",
        r#"{"resources": [{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "properties": {"mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {
                "a": {"reference": {"keyVault": {"id": "/x"}, "secretName": "s"}}, "b": {"reference": {"keyVault": {"id": "/x"}, "secretName": "t"}}},
            "template": {"parameters": {"a": {"type": "securestring"}, "b": {"type": "securestring"}}, "resources": [
                {"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "d", "location": "[parameters('a')]", "tags": {"b": "[parameters('b')]"}}]}}}]}"#,
    )]);
    let disk = only(&estate, "Microsoft.Compute/disks");
    assert_eq!(compare(&disk.location, &disk.get("tags.b"), Fold::Case), Comparison::Unknown);
}

#[test]
fn each_deployment_stands_in_the_scope_it_names() {
    let inner = |schema: &str, name: &str| {
        format!(
            r#""mode": "Incremental", "expressionEvaluationOptions": {{"scope": "inner"}}, "template": {{
            "$schema": "https://schema.management.azure.com/schemas/2019-08-01/{schema}#", "contentVersion": "1.0.0.0",
            "resources": [{{"type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "{name}", "location": "westeurope"}}]}}"#
        )
    };
    let deployment = |name: &str, schema: &str, where_: &str| {
        format!(
            r#"{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "{name}", {where_} "location": "westeurope",
            "properties": {{{}}}}}"#,
            inner(schema, name)
        )
    };
    let resources = [
        deployment("here", "managementGroupDeploymentTemplate.json", ""),
        deployment(
            "mg",
            "managementGroupDeploymentTemplate.json",
            r#""scope": "Microsoft.Management/managementGroups/other","#,
        ),
        deployment("tenant", "tenantDeploymentTemplate.json", r#""scope": "/","#),
        deployment("sub", "subscriptionDeploymentTemplate.json", r#""subscriptionId": "s1","#),
        deployment("group", "deploymentTemplate.json", r#""subscriptionId": "s1", "resourceGroup": "g1","#),
        deployment("null", "deploymentTemplate.json", r#""subscriptionId": "s1", "resourceGroup": "[json('null')]","#),
    ]
    .join(",");
    let text = format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "resources": [{resources}]}}"#
    );
    let estate = estate(&[("main.json", &text)]);
    let stand: Vec<(String, String, String)> = estate
        .of_kind("Microsoft.Compute/disks")
        .map(|r| {
            let scope = |value: &Value| value.describe();
            (name(&r.names[0]).to_owned(), scope(&r.scope.subscription), scope(&r.scope.resource_group))
        })
        .collect();
    let expected = [
        ("here", "null", "null"),
        ("mg", "null", "null"),
        ("tenant", "null", "null"),
        ("sub", "'s1'", "null"),
        ("group", "'s1'", "'g1'"),
        ("null", "'s1'", "null"),
    ];
    assert_eq!(stand, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
}

#[test]
fn a_name_in_depends_on_is_that_of_a_resource_of_a_deployment_or_of_a_loop() {
    let disk = |name: &str, more: &str| {
        format!(
            r#"{{"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "{name}", "location": "westeurope"{more}}}"#
        )
    };
    let text = format!(
        r#"{{"parameters": {{"p": {{"type": "bool"}}}}, "variables": {{"names": ["FIRST", "disks"]}}, "resources": [{}, {}, {}, {}, {}]}}"#,
        disk("first", ""),
        disk("[concat('c', copyIndex())]", r#", "copy": {"name": "Disks", "count": 2}"#),
        disk("[if(parameters('p'), 'X', 'x')]", ""),
        disk("all", r#", "dependsOn": "[variables('names')]""#),
        disk("one", r#", "dependsOn": ["c1", "x", "nowhere"]"#),
    );
    let estate = estate(&[("main.json", &text)]);
    let at = |name: &str| estate.resources().find(|r| r.address.contains(name)).map(|r| r.id).unwrap();
    let nodes: Vec<_> = estate.resources().map(|r| r.id).collect();
    assert_eq!(nodes.len(), 6);
    let mut waits = estate.waits(HOME).unwrap();
    let (all, one) = (nodes[4], nodes[5]);
    assert_eq!([0, 1, 2].map(|of| waits.waits_for(all, nodes[of])), [Some(true); 3], "{}", at("all"));
    assert_eq!(waits.waits_for(all, nodes[3]), Some(false));
    assert_eq!([1, 2, 3].map(|of| waits.waits_for(one, nodes[of])), [Some(true); 3]);
    assert_eq!(waits.waits_for(one, nodes[0]), None, "a name that is not found may be that of anything");
}

#[test]
fn names_in_depends_on_are_looked_up_and_not_searched_for() {
    let disk = |i: usize| {
        format!(
            r#"{{"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "d{i}", "location": "a", "dependsOn": "[variables('v')]"}}"#
        )
    };
    let disks: Vec<String> = (0..600).map(disk).collect();
    let names: Vec<String> = (0..600).map(|i| format!("\"w{i}\"")).collect();
    let text = format!(r#"{{"variables": {{"v": [{}]}}, "resources": [{}]}}"#, names.join(", "), disks.join(", "));
    let sources = Sources::new(MemoryLoader::new([("main.json", text.as_str())]));
    let limits = |steps: u64| {
        let usual = cmklint_template::Limits::default();
        cmklint_template::Limits { budget: cmklint_graph::Budget { steps, ..usual.budget }, ..usual }
    };
    let of = |steps: u64| support::deploy_within(&sources, "main.json", &limits(steps)).deployment.order;
    // A search through all of them for each of 360,000 names would take 216,000,000 steps.
    assert!(of(4_000_000).is_some());
    assert!(of(1_000_000).is_none(), "each look-up is paid for");
}
