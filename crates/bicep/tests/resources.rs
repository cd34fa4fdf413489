//! Resources and modules.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_template::{ResourceDecl, TemplateRef};
use support::{diagnostics, maybe, read_beside, resource, show, show_loop, slice, template};

const VAULT: &str = "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = { name: 'v' }\n";

fn depends_on(decl: &ResourceDecl) -> Vec<String> {
    decl.depends_on.iter().map(show).collect()
}

#[test]
fn a_resource_is_split_into_its_parts() {
    let text = "param region string
@description('one')
// the set
resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = if (region != '') {
  name: 'set'
  location: region
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://x' } }
  dependsOn: [vault]
}
";
    let (sources, parsed) = read_beside(&format!("{VAULT}{text}"), &[]);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let template = parsed.template.unwrap();
    let set = resource(&template, "set");
    assert_eq!(set.kind.as_ref(), "Microsoft.Compute/diskEncryptionSets");
    assert_eq!(set.api_version.as_deref(), Some("2023-10-02"));
    assert_eq!(show(&set.name), "'set'");
    assert_eq!(maybe(set.location.as_ref()), "param:region");
    assert_eq!(maybe(set.condition.as_ref()), "not(equals(param:region, ''))");
    assert_eq!(show(&set.body), "{identity: {type: 'SystemAssigned'}, properties: {activeKey: {keyUrl: 'https://x'}}}");
    assert_eq!(depends_on(set), ["res:vault"]);
    assert!(!set.existing && resource(&template, "vault").existing);
    assert_eq!(slice(&sources, set.span), "resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02'");
    let whole = slice(&sources, set.whole);
    assert!(whole.starts_with("@description('one')") && whole.ends_with("[vault]\n}"), "{whole}");
}

#[test]
fn children_have_their_parent_and_their_whole_type() {
    let text = format!(
        "{VAULT}param on bool
resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {{ parent: vault, name: 'k', properties: {{}} }}
resource net 'Microsoft.Network/virtualNetworks@2023-09-01' = if (on) {{
  name: 'n'
  properties: {{ first: inner.id }}
  resource inner 'subnets' = {{
    name: 'a'
    properties: {{ other: second.name }}
    resource deep 'things@2020-01-01' = if (!on) {{ name: net.name }}
  }}
  resource second 'subnets@2022-01-01' existing = {{ name: 'b' }}
}}
var ids = [net::inner.id, net::inner::deep.id]"
    );
    let template = template(&text);
    let key = resource(&template, "key");
    assert_eq!((key.kind.as_ref(), maybe(key.parent.as_ref())), ("Microsoft.KeyVault/vaults/keys", "res:vault".into()));
    let symbols: Vec<_> = template.resources.iter().map(|decl| decl.symbol.as_deref().unwrap()).collect();
    assert_eq!(symbols, ["vault", "key", "net", "net::inner", "net::inner::deep", "net::second"]);
    let inner = resource(&template, "net::inner");
    assert_eq!(inner.kind.as_ref(), "Microsoft.Network/virtualNetworks/subnets");
    assert_eq!(inner.api_version.as_deref(), Some("2023-09-01"), "that of the resource around");
    assert_eq!(maybe(inner.parent.as_ref()), "res:net");
    assert_eq!(maybe(inner.condition.as_ref()), "param:on", "that of the resource around");
    assert_eq!(show(&inner.body), "{properties: {other: res:net::second.name}}", "siblings are seen");
    let deep = resource(&template, "net::inner::deep");
    assert_eq!(deep.kind.as_ref(), "Microsoft.Network/virtualNetworks/subnets/things");
    assert_eq!(deep.api_version.as_deref(), Some("2020-01-01"));
    assert_eq!(maybe(deep.condition.as_ref()), "and(param:on, not(param:on))");
    assert_eq!(show(&deep.name), "res:net.name");
    assert_eq!(show(&resource(&template, "net").body), "{properties: {first: res:net::inner.id}}");
    assert_eq!(show(&template.variables["ids"].value), "[res:net::inner.id, res:net::inner::deep.id]");
}

#[test]
fn a_child_is_not_seen_outside_of_its_parent() {
    let text = format!(
        r"{VAULT}resource a 'A.B/c@1' = {{ name: 'a'
 resource b 'd' = {{ name: 'b' }}
}}
var x = b.id
var y = a::c.id"
    );
    assert_eq!(
        diagnostics(&text),
        [
            "Warning unknown-name: nothing here is called 'b' at `b`",
            "Warning unknown-name: nothing here is called 'c' at `c`"
        ]
    );
}

#[test]
fn loops_repeat_a_resource_and_its_instances_have_an_index() {
    let template = template(
        "param list array
resource disks 'Microsoft.Compute/disks@2023-04-02' = [for (disk, i) in list: if (disk.on) {
  name: '${disk.name}-${i}'
  location: disk.location
  properties: {}
}]
resource lock 'Microsoft.Authorization/locks@2020-05-01' = [for i in range(0, 2): {
  name: 'l'
  scope: disks[i]
  properties: { level: 'CanNotDelete' }
}]
output all array = [for i in range(0, 2): disks[i].id]",
    );
    let disks = resource(&template, "disks");
    assert_eq!(show_loop(disks.repeat.as_ref().unwrap()), "disk, i in param:list");
    assert_eq!(maybe(disks.condition.as_ref()), "local:disk.on");
    assert_eq!(show(&disks.name), "\"{local:disk.name}{'-'}{local:i}\"");
    assert_eq!(maybe(disks.location.as_ref()), "local:disk.location");
    assert_eq!(maybe(resource(&template, "lock").scope.as_ref()), "res:disks[local:i]");
    assert_eq!(show(&template.outputs["all"].value), "for i in range(0, 2): res:disks[local:i].id");
}

#[test]
fn resources_in_a_loop_have_no_resources_in_them() {
    let text = r"resource a 'A.B/c@1' = [for i in [1]: { name: 'a'
 resource b 'd' = { name: 'b' }
}]
var x = 1";
    assert_eq!(
        diagnostics(text),
        ["Error syntax: a resource in a loop cannot have resources in it; give them a 'parent' at `resource b 'd'`"]
    );
    assert_eq!(
        diagnostics("var x = { a: 1\n resource b 'A.B/c@1' = { name: 'b' }\n}"),
        [
            "Error syntax: a resource can only be declared at the top or in the body of a resource at `resource b 'A.B/c@1' = { name: 'b' }`"
        ]
    );
}

#[test]
fn a_body_that_could_not_be_read_is_open() {
    let (_, parsed) = read_beside(
        r"resource a 'A.B/c@1' = {
  name: 'a'
  properties: {
    b: 1
    c: = 2
  }
}",
        &[],
    );
    assert!(!parsed.diagnostics.is_empty());
    let template = parsed.template.unwrap();
    assert_eq!(show(&resource(&template, "a").name), "'a'");
    let body = show(&resource(&template, "a").body);
    assert!(body.contains("...?(") || body.contains("?("), "{body}");
}

#[test]
fn a_module_has_its_path_in_the_tree_and_its_arguments() {
    let text = "param names array
module one '../shared/disk.bicep' = {
  name: 'one'
  scope: resourceGroup('other')
  params: { name: 'n', size: 1 }
  dependsOn: [many]
}
module many './set.json' = [for (n, i) in names: if (i > 0) { name: n, params: { at: i, of: one.outputs.id } }]
module remote 'br/public:avm/res/storage/storage-account:0.1.0' = { params: {} }
module spec 'ts/my:spec:1.0' = { name: 's' }
";
    let (sources, parsed) = read_beside(text, &[]);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.modules, ["app/set.json", "shared/disk.bicep"]);
    let template = parsed.template.unwrap();
    let one = resource(&template, "one");
    assert_eq!(one.kind.as_ref(), "Microsoft.Resources/deployments");
    assert_eq!(maybe(one.scope.as_ref()), "resourceGroup('other')");
    assert_eq!(slice(&sources, one.span), "module one '../shared/disk.bicep'");
    assert_eq!(depends_on(one), ["res:many"]);
    let deployment = one.deployment.as_ref().unwrap();
    assert!(deployment.inner_scope);
    assert_eq!(show(&deployment.arguments), "{name: 'n', size: 1}");
    let TemplateRef::File { path, span } = &deployment.template else { panic!("{:?}", deployment.template) };
    assert_eq!((path.as_str(), slice(&sources, *span).as_str()), ("shared/disk.bicep", "'../shared/disk.bicep'"));
    let many = resource(&template, "many");
    assert_eq!(show_loop(many.repeat.as_ref().unwrap()), "n, i in param:names");
    assert_eq!(maybe(many.condition.as_ref()), "greater(local:i, 0)");
    assert_eq!(show(&many.deployment.as_ref().unwrap().arguments), "{at: local:i, of: res:one.outputs.id}");
    let reason = |name: &str| match &resource(&template, name).deployment.as_ref().unwrap().template {
        TemplateRef::Opaque { reason, .. } => reason.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("remote"), "a module of a registry that is not in the local restore cache");
    assert_eq!(reason("spec"), "no bicepconfig.json says what the alias in 'ts/my:spec:1.0' is");
}

#[test]
fn a_module_outside_of_the_tree_is_reported() {
    let text = "module far '../../far.bicep' = { name: 'far' }";
    assert_eq!(diagnostics(text), ["Warning outside-tree: the module lies outside of the tree at `'../../far.bicep'`"]);
    assert!(read_beside(text, &[]).1.modules.is_empty());
}

#[test]
fn the_namespace_of_azure_falls_away_from_a_type() {
    let template = template("resource d 'az:Microsoft.Compute/disks@2023-04-02' = { name: 'd' }");
    assert_eq!(resource(&template, "d").kind.as_ref(), "Microsoft.Compute/disks");
}

#[test]
fn scopes_extend_resources() {
    let template = template(&format!(
        "{VAULT}resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{
  name: guid(vault.id)
  scope: vault
  properties: {{}}
}}"
    ));
    assert_eq!(maybe(resource(&template, "role").scope.as_ref()), "res:vault");
}
