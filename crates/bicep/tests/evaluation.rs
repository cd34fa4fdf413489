//! From text to the resource graph.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_graph::{Kind, StepKind};
use cmklint_template::Inputs;
use support::{at, deploy, deployed, names, output, slice, sources};

#[test]
fn references_between_resources_are_references_in_the_graph() {
    let done = deployed(
        "param region string = 'westeurope'
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'v'
  location: region
  properties: {}
  resource key 'keys' = { name: 'k', properties: { kty: 'RSA' } }
}
resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'set'
  location: vault.location
  properties: { activeKey: { keyUrl: vault::key.properties.keyUriWithVersion, sourceVault: { id: vault.id } } }
}",
    );
    let key = at(&done, "vault::key");
    assert_eq!((key.kind.as_str(), names(key).as_str()), ("Microsoft.KeyVault/vaults/keys", "'v'/'k'"));
    let set = at(&done, "set");
    let Kind::Ref(url) = set.get("properties.activeKey.keyUrl").kind else { panic!() };
    assert_eq!((url.node, &*url.path.to_string()), (key.id, "properties.keyUriWithVersion"));
    let Kind::Ref(id) = set.get("properties.activeKey.sourceVault.id").kind else { panic!() };
    assert_eq!((id.node, &*id.path.to_string()), (at(&done, "vault").id, "id"));
}

#[test]
fn a_value_keeps_the_places_it_came_through() {
    let text = r"param size string = 'S'
var tier = '${size}1'
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  properties: { tier: tier }
}";
    let sources = sources(&[("main.bicep", text)]);
    let done = deploy(&sources, "main.bicep", &Inputs::default());
    let tier = at(&done, "d").get("properties.tier");
    assert_eq!(tier.as_str(), Some("S1"));
    let newest = tier.trail.steps().next().unwrap().clone();
    assert_eq!((newest.kind, slice(&sources, newest.span).as_str()), (StepKind::Attribute, "tier"));
    assert!(tier.trail.steps().any(|step| step.kind == StepKind::Variable));
    let body = at(&done, "d").body.clone();
    let entry = body.member("properties").as_object().unwrap().get("tier").unwrap().clone();
    assert_eq!(slice(&sources, entry.key_span.unwrap()), "tier");
}

#[test]
fn modules_are_deployed_with_their_arguments_and_give_outputs() {
    let files = [
        ("main.bicep", "module disks 'm/disk.bicep' = [for (n, i) in ['a', 'b']: { name: 'm${i}', params: { name: n } }]
resource last 'Microsoft.Compute/snapshots@2023-04-02' = { name: 's', properties: { creationData: { sourceResourceId: disks[1].outputs.id } } }"),
        ("m/disk.bicep", r"param name string
param size int = 4
resource d 'Microsoft.Compute/disks@2023-04-02' = { name: name, properties: { diskSizeGB: size } }
output id string = d.id"),
    ];
    let done = deploy(&sources(&files), "main.bicep", &Inputs::default());
    assert_eq!(names(at(&done, "disks[0].d")), "'a'");
    let second = at(&done, "disks[1].d");
    assert_eq!(second.get("properties.diskSizeGB").describe(), "4");
    let Kind::Ref(source) = at(&done, "last").get("properties.creationData.sourceResourceId").kind else { panic!() };
    assert_eq!((source.node, &*source.path.to_string()), (second.id, "id"));
}

#[test]
fn functions_loops_and_lambdas_are_evaluated() {
    let done = deployed(
        "func tag(name string, n int) object => { name: '${name}${n}' }
var many = [for i in range(0, 3): tag('x', i)]
output names array = map(many, m => m.name)
output last string = many[^1].name
output joined string = join(map(filter(range(0, 6), i => i % 2 == 0), i => string(i)), ',')
output none bool = contains(many[0], 'gone') || many[0].?gone != null
output spread object = { ...many[1], extra: -1 }",
    );
    assert_eq!(output(&done, "last"), "'x2'");
    assert_eq!(output(&done, "joined"), "'0,2,4'");
    assert_eq!(output(&done, "none"), "false");
    assert_eq!(done.outputs["names"].item(1).as_str(), Some("x1"));
    assert_eq!(done.outputs["spread"].member("name").as_str(), Some("x1"));
    assert_eq!(done.outputs["spread"].member("extra").describe(), "-1");
}

#[test]
fn a_nested_resource_is_deployed_only_with_the_one_around_it() {
    let done = deployed(
        "param on bool = false
resource a 'Microsoft.KeyVault/vaults@2023-07-01' = if (on) {
  name: 'a'
  resource k 'keys' = { name: 'k' }
}",
    );
    assert_eq!(at(&done, "a::k").condition.as_bool(), Some(false));
}

#[test]
fn files_are_loaded_from_the_folder_of_the_file_that_names_them() {
    let files = [
        (
            "main.bicep",
            r"import { conf } from 'lib/lib.bicep'
module m 'lib/m.bicep' = { name: 'm' }
output a string = conf().a
output b string = m.outputs.t",
        ),
        ("lib/lib.bicep", "@export()\nfunc conf() object => loadJsonContent('conf.json')"),
        ("lib/m.bicep", "output t string = loadTextContent('./t.txt')"),
        ("lib/conf.json", "{ \"a\": \"b\" }"),
        ("lib/t.txt", "text"),
    ];
    let done = deploy(&sources(&files), "main.bicep", &Inputs::default());
    assert_eq!((output(&done, "a").as_str(), output(&done, "b").as_str()), ("'b'", "'text'"));
}

#[test]
fn bicep_and_the_json_of_the_compiler_give_the_same_resources() {
    let bicep = "param count int = 2
resource disks 'Microsoft.Compute/disks@2023-04-02' = [for i in range(0, count): {
  name: 'd${i}'
  location: resourceGroup().location
  properties: { creationData: { createOption: 'Empty' }, diskSizeGB: i + 1 }
}]";
    let json = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "count": { "type": "int", "defaultValue": 2 } },
  "resources": [{
    "copy": { "name": "disks", "count": "[length(range(0, parameters('count')))]" },
    "type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02",
    "name": "[format('d{0}', range(0, parameters('count'))[copyIndex()])]",
    "location": "[resourceGroup().location]",
    "properties": {
      "creationData": { "createOption": "Empty" },
      "diskSizeGB": "[add(range(0, parameters('count'))[copyIndex()], 1)]"
    }
  }]
}"#;
    let files = [("bicep.bicep", bicep), ("main.bicep", "module m 'json.json' = { name: 'm' }"), ("json.json", json)];
    let sources = sources(&files);
    let one = deploy(&sources, "bicep.bicep", &Inputs::default());
    let other = deploy(&sources, "main.bicep", &Inputs::default());
    let facts = |done: &cmklint_template::Evaluated| -> Vec<(String, String, String, String)> {
        let all = done.deployment.resources.iter();
        all.map(|r| {
            let body = cmklint_graph::canonical(&r.body);
            (r.kind.folded().to_owned(), names(r), cmklint_graph::canonical(&r.location), body)
        })
        .collect()
    };
    assert_eq!(facts(&one), facts(&other));
    assert_eq!(one.deployment.resources.len(), 2);
}

#[test]
fn an_id_in_other_case_is_the_same_resources() {
    let done = deployed(
        "resource d 'Microsoft.Compute/disks@2023-10-02' = { name: 'd' }
output lower string = toLower(d.id)
output replaced string = replace(d.id, 'resourceGroups', 'resourcegroups')
output other string = replace(d.id, 'disks', 'snapshots')
",
    );
    let whole = |name: &str| cmklint_graph::canonical(&done.outputs[name]);
    assert!(whole("replaced").contains("/resourcegroups/"), "{}", whole("replaced"));
    assert!(output(&done, "other").starts_with("replace("), "{}", output(&done, "other"));
    assert!(whole("lower").contains("/resourcegroups/"), "{}", whole("lower"));
}

#[test]
fn what_a_type_requires_is_always_there() {
    let text = "type inner = { key: string, other: string? }
type all = { id: string, inner: inner, maybe: inner? }
param o all
param n all?
output id bool = o.?id == null
output other bool = o.?inner.?other == null
output maybe bool = o.?maybe.?key == null
output has bool = contains(o, 'id') && contains(o.inner, 'key')
output none bool = n == null
";
    let sources = sources(&[("main.bicep", text)]);
    let done = deploy(&sources, "main.bicep", &Inputs::default());
    let is = |name: &str| done.outputs.get(name).and_then(cmklint_graph::Value::as_bool);
    assert_eq!([is("id"), is("other"), is("maybe")], [Some(false), None, None]);
    assert_eq!([is("has"), is("none")], [Some(true), Some(true)]);
}
