use serde_json::{Value, json};

use super::{Files, check};

const SET: &str = "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]";
const PRINCIPAL: &str =
    "[reference(resourceId('Microsoft.Compute/diskEncryptionSets', 'des'), '2024-03-02', 'full').identity.principalId]";
const GRANT: &str = "[extensionResourceId(resourceId('Microsoft.KeyVault/vaults', 'kv-disks'), 'Microsoft.Authorization/roleAssignments', guid('des'))]";

fn template(resources: &Value) -> Value {
    let parameters =
        json!({ "tenantId": { "type": "string" }, "wait": { "type": "string", "defaultValue": "[newGuid()]" } });
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "parameters": parameters, "resources": resources
    })
}

fn file(template: &Value) -> Files<'static> {
    vec![("azuredeploy.json", format!("{template:#}"))]
}

fn vault(by_roles: bool) -> Value {
    let policies = if by_roles { Value::Null } else { json!([]) };
    json!({
        "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv-disks", "location": "westeurope",
        "properties": {
            "tenantId": "[parameters('tenantId')]", "sku": { "family": "A", "name": "premium" }, "enableRbacAuthorization": by_roles,
            "enablePurgeProtection": true, "accessPolicies": policies
        }
    })
}

fn key() -> Value {
    json!({
        "type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": "kv-disks/k", "properties": { "kty": "RSA", "keySize": 3072 },
        "dependsOn": ["[resourceId('Microsoft.KeyVault/vaults', 'kv-disks')]"]
    })
}

fn set() -> Value {
    let url = "[reference(resourceId('Microsoft.KeyVault/vaults/keys', 'kv-disks', 'k')).keyUriWithVersion]";
    json!({
        "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": "des", "location": "westeurope",
        "identity": { "type": "SystemAssigned" }, "properties": { "activeKey": { "keyUrl": url } },
        "dependsOn": ["[resourceId('Microsoft.KeyVault/vaults/keys', 'kv-disks', 'k')]"]
    })
}

fn grant() -> Value {
    json!({
        "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('des')]",
        "scope": "[resourceId('Microsoft.KeyVault/vaults', 'kv-disks')]",
        "properties": {
            "principalId": PRINCIPAL,
            "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6"
        },
        "dependsOn": [SET]
    })
}

fn policies() -> Value {
    let policy = json!({ "tenantId": "[parameters('tenantId')]", "objectId": PRINCIPAL, "permissions": { "keys": ["get", "wrapKey", "unwrapKey"] } });
    json!({
        "type": "Microsoft.KeyVault/vaults/accessPolicies", "apiVersion": "2023-07-01", "name": "kv-disks/add",
        "properties": { "accessPolicies": [policy] }, "dependsOn": [SET]
    })
}

fn disk(depends_on: &[&str]) -> Value {
    let properties = json!({ "creationData": { "createOption": "Empty" }, "diskSizeGB": 64, "encryption": { "diskEncryptionSetId": SET } });
    json!({
        "type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": "d", "location": "westeurope", "properties": properties,
        "dependsOn": depends_on
    })
}

/// `resource` with those members.
fn with(mut resource: Value, members: Value) -> Value {
    if let (Some(own), Value::Object(members)) = (resource.as_object_mut(), members) {
        own.extend(members);
    }
    resource
}

/// A nested deployment of these resources.
fn nested(name: &str, resources: &Value, depends_on: &[&str]) -> Value {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": resources
    });
    json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name,
        "properties": { "mode": "Incremental", "template": template }, "dependsOn": depends_on
    })
}

/// Vault, key, set, grant, and `more`.
fn all(more: Value) -> Files<'static> {
    file(&template(&json!([vault(true), key(), set(), grant(), more])))
}

#[test]
fn depends_on_names_a_resource_in_many_ways() {
    let reference = "[reference(extensionResourceId(resourceId('Microsoft.KeyVault/vaults', 'kv-disks'), 'Microsoft.Authorization/roleAssignments', guid('des')), '2022-04-01').principalId]";
    let by = |grant: Value, depends_on: &[&str]| {
        file(&template(&json!([vault(false), key(), set(), grant, disk(depends_on)])))
    };
    let copies = json!({ "name": "[concat('d', copyIndex())]", "copy": { "name": "disks", "count": 3 } });
    let grants = with(
        grant(),
        json!({ "name": "[guid('des', string(copyIndex()))]", "copy": { "name": "grants", "count": 2 } }),
    );
    check(vec![
        ("nothing", 1, all(disk(&[SET]))),
        ("the grant's id", 0, all(disk(&[SET, GRANT]))),
        ("the grant's name", 0, all(disk(&[SET, "[guid('des')]"]))),
        ("what is not known", 0, all(disk(&[SET, "[parameters('wait')]"]))),
        ("the vault", 1, all(disk(&[SET, "[resourceId('Microsoft.KeyVault/vaults', 'kv-disks')]"]))),
        ("reference()", 0, all(with(disk(&[SET]), json!({ "tags": { "grant": reference } })))),
        ("copies", 1, all(with(disk(&[SET]), copies.clone()))),
        ("copies that wait", 0, all(with(disk(&[SET, GRANT]), copies))),
        ("copied grants", 1, file(&template(&json!([vault(true), key(), set(), grants, disk(&[SET])])))),
        (
            "the name of the copied grants",
            0,
            file(&template(&json!([vault(true), key(), set(), grants, disk(&[SET, "grants"])]))),
        ),
        ("policies", 1, by(policies(), &[SET])),
        (
            "the policies' id",
            0,
            by(policies(), &[SET, "[resourceId('Microsoft.KeyVault/vaults/accessPolicies', 'kv-disks', 'add')]"]),
        ),
        ("the policies' path", 0, by(policies(), &[SET, "Microsoft.KeyVault/vaults/kv-disks/accessPolicies/add"])),
        ("the policies' name", 0, by(policies(), &[SET, "kv-disks/add"])),
    ]);
}

#[test]
fn children_nested_deployments_and_symbolic_names_wait_too() {
    let child = with(policies(), json!({ "type": "accessPolicies", "name": "add" }));
    let parent = with(vault(false), json!({ "resources": [child] }));
    let by_child = |depends_on: &[&str]| file(&template(&json!([parent, key(), set(), disk(depends_on)])));
    let deployment = "[resourceId('Microsoft.Resources/deployments', 'n')]";
    let inner = with(grant(), json!({ "dependsOn": [] }));
    let in_nested = |depends_on: &[&str]| {
        file(&template(&json!([vault(true), key(), set(), nested("n", &json!([inner]), &[SET]), disk(depends_on)])))
    };
    let symbolic = |disk: Value| {
        let names = |resource: Value, other: &str| with(resource, json!({ "dependsOn": [other] }));
        let resources = json!({ "kv": vault(true), "key": names(key(), "kv"), "des": names(set(), "key"), "grant": names(grant(), "des"), "disk": disk });
        file(&with(template(&resources), json!({ "languageVersion": "2.0" })))
    };
    let linked = json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "dependsOn": [SET],
        "properties": { "mode": "Incremental", "templateLink": { "uri": "https://example.com/iam.json" }, "parameters": { "principal": { "value": PRINCIPAL } } }
    });
    check(vec![
        ("a child", 1, by_child(&[SET])),
        (
            "the child's id",
            0,
            by_child(&[SET, "[resourceId('Microsoft.KeyVault/vaults/accessPolicies', 'kv-disks', 'add')]"]),
        ),
        ("a nested deployment of the disk", 1, all(nested("n", &json!([disk(&[])]), &[SET]))),
        ("a nested deployment of the disk that waits", 0, all(nested("n", &json!([disk(&[])]), &[SET, GRANT]))),
        ("a nested deployment of the grant", 1, in_nested(&[SET])),
        ("the id of the nested deployment of the grant", 0, in_nested(&[SET, deployment])),
        ("symbolic names", 1, symbolic(disk(&["des"]))),
        ("the grant's symbolic name", 0, symbolic(disk(&["des", "grant"]))),
        (
            "reference() by symbolic name",
            0,
            symbolic(with(disk(&["des"]), json!({ "tags": { "grant": "[reference('grant').principalId]" } }))),
        ),
        (
            "a linked template that is given the principal",
            0,
            file(&template(&json!([vault(true), key(), set(), grant(), linked, disk(&[SET, deployment])]))),
        ),
    ]);
}
