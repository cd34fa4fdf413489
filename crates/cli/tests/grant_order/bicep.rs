use super::{Files, check};

const VAULT: &str = r"param tenantId string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-disks'
  location: 'westeurope'
  properties: { tenantId: tenantId, sku: { family: 'A', name: 'premium' }, enableRbacAuthorization: true, enablePurgeProtection: true }
}
resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: kv
  name: 'k'
  properties: { kty: 'RSA', keySize: 3072 }
}
";

const SET: &str = r"resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: key.properties.keyUriWithVersion } }
}
";

const ROLE: &str = r"resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(kv.id, 'des')
  scope: kv
  properties: {
    principalId: des.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6')
  }
}
";

const LOOPED_ROLE: &str = r"resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for r in ['e147488a-f6f5-4113-8e2d-b22465e65bf6', '21090545-7ca7-4776-b22c-e363652d74d2']: {
  name: guid(kv.id, r)
  scope: kv
  properties: {
    principalId: des.identity.principalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', r)
  }
}]
";

const POLICIES: &str = r"resource grant 'Microsoft.KeyVault/vaults/accessPolicies@2023-07-01' = {
  parent: kv
  name: 'add'
  properties: { accessPolicies: [ { tenantId: tenantId, objectId: des.identity.principalId, permissions: { keys: [ 'get', 'wrapKey', 'unwrapKey' ] } } ] }
}
";

/// A disk that names the set `set`, with `more` in its body.
fn disk(set: &str, more: &str) -> String {
    format!(
        r"resource disk 'Microsoft.Compute/disks@2024-03-02' = {{
  name: 'disk'
  location: 'westeurope'
  properties: {{ creationData: {{ createOption: 'Empty' }}, diskSizeGB: 64, encryption: {{ diskEncryptionSetId: {set} }} }}
  {more}
}}
"
    )
}

fn all() -> String {
    [VAULT, SET, ROLE].concat()
}

fn with_disk(more: &str, rest: &str) -> Files<'static> {
    vec![("main.bicep", all() + &disk("des.id", more) + rest)]
}

/// A root with vault, key, set and grant, and a disk in a module.
fn with_module(params: &str, more: &str) -> Files<'static> {
    let call = format!(
        r"module d 'disk.bicep' = {{
  name: 'd'
  params: {{ {params} }}
  {more}
}}
"
    );
    vec![("main.bicep", all() + &call), disk_module()]
}

fn disk_module() -> (&'static str, String) {
    ("disk.bicep", "param setId string\nparam unused string = ''\n".to_owned() + &disk("setId", ""))
}

/// A root that calls a module for the keys, one for the grant, and one for the disk with these params.
fn in_modules(params: &str) -> Files<'static> {
    let root = r"param tenantId string
module k 'keys.bicep' = {
  name: 'k'
  params: { tenantId: tenantId }
}
module a 'access.bicep' = {
  name: 'a'
  params: { vault: k.outputs.vault, principal: k.outputs.principal }
}
module d 'disk.bicep' = {
  name: 'd'
  params: { PARAMS }
}
";
    let keys = [VAULT, SET].concat()
        + r"output setId string = des.id
output principal string = des.identity.principalId
output vault string = kv.name
";
    let access = r"param vault string
param principal string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vault
}
"
    .to_owned()
        + &ROLE.replace("des.identity.principalId", "principal")
        + "output id string = grant.id\n";
    vec![("main.bicep", root.replace("PARAMS", params)), ("keys.bicep", keys), ("access.bicep", access), disk_module()]
}

#[test]
fn disks_wait_by_symbolic_names() {
    let looped = |more: &str| {
        let disk =
            disk("des.id", more).replace("= {\n  name: 'disk'", "= [for i in range(0, 3): {\n  name: 'disk${i}'");
        vec![("main.bicep", all() + disk.trim_end() + "]\n")]
    };
    let by = |vault: &str, grant: &str, more: &str| {
        vec![("main.bicep", [vault, SET, grant, &disk("des.id", more)].concat())]
    };
    let open = VAULT.replace("enableRbacAuthorization: true", "accessPolicies: []");
    let depends = "dependsOn: [ grant ]";
    check(vec![
        ("dependsOn", 0, with_disk(depends, "")),
        ("nothing", 1, with_disk("", "")),
        ("dependsOn of set and vault", 1, with_disk("dependsOn: [ des, kv, key ]", "")),
        ("a property", 0, with_disk("tags: { grant: grant.id }", "")),
        ("a variable", 0, vec![("main.bicep", all() + "var set = empty(grant.id) ? '' : des.id\n" + &disk("set", ""))]),
        ("a loop", 1, looped("")),
        ("a loop that waits", 0, looped(depends)),
        ("looped grants", 1, by(VAULT, LOOPED_ROLE, "")),
        ("dependsOn of looped grants", 0, by(VAULT, LOOPED_ROLE, depends)),
        ("policies", 1, by(&open, POLICIES, "")),
        ("dependsOn of policies", 0, by(&open, POLICIES, depends)),
        (
            "a condition",
            0,
            vec![(
                "main.bicep",
                "param more bool\n".to_owned()
                    + &all()
                    + &disk("des.id", depends).replace("= {\n  name: 'disk'", "= if (more) {\n  name: 'disk'"),
            )],
        ),
        (
            "a condition alone",
            1,
            vec![(
                "main.bicep",
                "param more bool\n".to_owned()
                    + &all()
                    + &disk("des.id", "").replace("= {\n  name: 'disk'", "= if (more) {\n  name: 'disk'"),
            )],
        ),
    ]);
}

#[test]
fn a_module_is_waited_for_as_a_whole() {
    let whole = all() + "output setId string = des.id\n";
    let call = r"param tenantId string
module e 'enc.bicep' = {
  name: 'e'
  params: { tenantId: tenantId }
}
"
    .to_owned();
    check(vec![
        ("dependsOn of the call", 0, with_module("setId: des.id", "dependsOn: [ grant ]")),
        ("the call alone", 1, with_module("setId: des.id", "")),
        ("dependsOn of the set", 1, with_module("setId: des.id", "dependsOn: [ des ]")),
        ("a parameter that nothing reads", 0, with_module("setId: des.id, unused: grant.id", "")),
        (
            "the output of a module that makes the grant",
            0,
            vec![("main.bicep", call + &disk("e.outputs.setId", "")), ("enc.bicep", whole)],
        ),
        ("modules side by side", 1, in_modules("setId: k.outputs.setId")),
        ("an output of the grant's module", 0, in_modules("setId: k.outputs.setId, unused: a.outputs.id")),
    ]);
}

#[test]
fn where_the_grant_may_be_made_elsewhere_nothing_is_said() {
    let registry = r"module iam 'br:acme.azurecr.io/bicep/iam:v1' = {
  name: 'iam'
  params: { principalId: des.identity.principalId }
}
";
    let existing = VAULT.to_owned()
        + r"resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des'
}
" + &disk("des.id", "");
    let identity = r"resource uai 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'i'
  location: 'westeurope'
}
";
    let set = |more: &str| {
        SET.replace(
            "{ type: 'SystemAssigned' }",
            "{ type: 'UserAssigned', userAssignedIdentities: { '${uai.id}': {} } }",
        )
        .replace("keyUriWithVersion } }\n", &format!("keyUriWithVersion }} }}\n  {more}\n"))
    };
    let role = ROLE.replace("des.identity.principalId", "uai.properties.principalId");
    let user = |more: &str| vec![("main.bicep", [VAULT, identity, &role, &set(more), &disk("des.id", "")].concat())];
    check(vec![
        ("the principal is an output", 0, with_disk("", "output p string = des.identity.principalId\n")),
        ("the principal goes to a module that is not read", 0, with_disk("", registry)),
        ("the set exists already", 0, vec![("main.bicep", existing)]),
        ("a set with an identity that is there before", 1, user("")),
        ("the same, which waits", 0, user("dependsOn: [ grant ]")),
    ]);
}
