//! Modules and imports that are named by a registry or a template spec.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_bicep::{RESTORE_CACHE, parse, parse_parameters};
use cmklint_graph::Resource;
use cmklint_source::{MemoryLoader, Sources};
use cmklint_template::{Inputs, ParameterType};
use support::{deploy, diagnostics_beside, messages, names, output, show, sources};

const MODULE: &str = r##"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "languageVersion": "2.0",
  "contentVersion": "1.0.0.0",
  "metadata": { "_generator": { "name": "bicep" }, "__bicep_exported_variables!": [{ "name": "sizes" }] },
  "definitions": {
    "tier": { "type": "string", "allowedValues": ["a", "b"], "metadata": { "__bicep_export!": true } },
    "maybe": { "$ref": "#/definitions/tier", "nullable": true }
  },
  "functions": [{ "namespace": "__bicep", "members": {
    "greet": {
      "parameters": [{ "type": "string", "name": "name" }],
      "output": { "type": "string", "value": "[format('hello {0}', __bicep.loud(parameters('name')))]" },
      "metadata": { "__bicep_export!": true }
    },
    "loud": {
      "parameters": [{ "type": "string", "name": "text" }],
      "output": { "type": "string", "value": "[toUpper(parameters('text'))]" }
    }
  } }],
  "parameters": { "name": { "type": "string" } },
  "variables": { "sizes": [1, 2] },
  "resources": { "disk": { "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[parameters('name')]" } },
  "outputs": { "id": { "type": "string", "value": "[parameters('name')]" } }
}"##;

fn cached(path: &str) -> String {
    format!("{RESTORE_CACHE}/{path}/main.json")
}

/// What the module at `address` is read as, beside `files`: its diagnostics, and the names of what it deploys.
fn deployed(address: &str, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let main = format!(
        r"module m '{address}' = {{
  name: 'm'
  params: {{ name: 'd' }}
}}
output o string = m.outputs.id
"
    );
    let mut all = vec![("app/main.bicep", main.as_str())];
    all.extend(files);
    let sources = sources(&all);
    let parsed = parse(&sources.load("app/main.bicep").unwrap(), &sources);
    let said = messages(&sources, &parsed.diagnostics);
    if parsed.modules.is_empty() {
        return (said, Vec::new());
    }
    let done = deploy(&sources, "app/main.bicep", &Inputs::default());
    let disks = done.deployment.resources.iter().filter(|r| r.kind.to_string().ends_with("disks")).map(names);
    assert_eq!(output(&done, "o"), "'d'");
    (said, disks.collect())
}

#[test]
fn a_restored_module_is_deployed() {
    for (address, path) in [
        (
            "br:mcr.microsoft.com/bicep/avm/res/compute/disk:0.4.0",
            "br/mcr.microsoft.com/bicep$avm$res$compute$disk/0.4.0$",
        ),
        ("br/public:avm/res/compute/disk:0.4.0", "br/mcr.microsoft.com/bicep$avm$res$compute$disk/0.4.0$"),
        ("br:localhost:5000/a/b:V1", "br/localhost$5000/a$b/V1$1"),
        ("br:[::1]/a/b:v1", "br/[$$1]/a$b/v1$"),
        (
            "ts:00000000-0000-0000-0000-00000000000A/My-RG/Disk:1.0",
            "ts/00000000-0000-0000-0000-00000000000a/my-rg/disk/1.0",
        ),
    ] {
        let path = cached(path);
        assert_eq!(deployed(address, &[(&path, MODULE)]), (vec![], vec!["'d'".to_owned()]), "{address}");
    }
}

#[test]
fn an_alias_is_that_of_the_nearest_configuration() {
    let path = cached("br/contoso.azurecr.io/bicep$modules$disk/v1$");
    let spec = cached("ts/sub/group/disk/v2");
    let config = r#"{
      // as people write it
      "moduleAliases": {
        "br": { "mine": { "registry": "contoso.azurecr.io", "modulePath": "bicep/modules" }, },
        "ts": { "specs": { "subscription": "SUB", "resourceGroup": "Group" } },
      },
    }"#;
    for config_path in ["bicepconfig.json", "app/bicepconfig.json"] {
        let files = [(config_path, config), (path.as_str(), MODULE), (spec.as_str(), MODULE)];
        assert_eq!(deployed("br/mine:disk:v1", &files).1, ["'d'"], "{config_path}");
        assert_eq!(deployed("ts/specs:disk:v2", &files).1, ["'d'"], "{config_path}");
    }
    // A nearer one takes the place of the other: it does not add to it.
    let files = [("bicepconfig.json", config), ("app/bicepconfig.json", "{}"), (path.as_str(), MODULE)];
    assert_eq!(deployed("br/mine:disk:v1", &files).1, [""; 0]);
    // But it can extend it.
    let extends = ("app/bicepconfig.json", r#"{ "extends": "../bicepconfig.json" }"#);
    let files = [("bicepconfig.json", config), extends, (path.as_str(), MODULE)];
    assert_eq!(deployed("br/mine:disk:v1", &files).1, ["'d'"]);
    // Of another folder it does not hold.
    let files = [("other/bicepconfig.json", config), (path.as_str(), MODULE)];
    assert_eq!(deployed("br/mine:disk:v1", &files).1, [""; 0]);
}

#[test]
fn a_cache_in_the_tree_is_looked_into_first() {
    let config = r#"{ "cacheRootDirectory": "./.cache" }"#;
    let files = [("bicepconfig.json", config), (".cache/br/r.io/disk/v1$/main.json", MODULE)];
    assert_eq!(deployed("br:r.io/disk:v1", &files).1, ["'d'"]);
}

#[test]
fn an_alias_may_stand_for_a_folder_of_the_tree() {
    let config = r#"{ "moduleAliasesMock": { "br": { "mine": { "mapToFilePath": "modules" } } } }"#;
    let disk = r"param name string
resource d 'Microsoft.Compute/disks@2023-10-02' = { name: name }
output id string = name
";
    let files = [("bicepconfig.json", config), ("modules/compute/disk.bicep", disk)];
    assert_eq!(deployed("br/mine:compute/disk:v1", &files).1, ["'d'"]);
    assert_eq!(deployed("br/mine:compute/disk@sha256:00", &files).1, ["'d'"]);
    assert_eq!(deployed("br/mine:compute/gone:v1", &files).1, [""; 0]);
    let outside = r#"{ "moduleAliasesMock": { "br": { "mine": { "mapToFilePath": "../far" } } } }"#;
    let (said, found) = deployed("br/mine:disk:v1", &[("bicepconfig.json", outside)]);
    assert_eq!(said, [r#"Warning outside-tree: '../far' leads out of the tree at `{ "mapToFilePath": "../far" }`"#]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_is_not_at_hand_is_opaque_and_says_why() {
    for (address, reason) in [
        (
            "br/public:avm/res/storage/storage-account:0.4.0",
            "a module of a registry that is not in the local restore cache",
        ),
        ("ts:s/g/n:1", "a template spec that is not in the local restore cache"),
        ("br/theirs:disk:1", "no bicepconfig.json says what the alias in 'br/theirs:disk:1' is"),
        ("br:r.io/../../etc:1", "'br:r.io/../../etc:1' is no address"),
        ("br:r.io/disk", "'br:r.io/disk' is no address"),
        ("ts:s/g", "'ts:s/g' is no address"),
        ("br:", "'br:' is no address"),
    ] {
        let text = format!("module m '{address}' = {{ name: 'm' }}\noutput o string = m.outputs.id\n");
        let sources = sources(&[("app/main.bicep", text.as_str())]);
        let parsed = parse(&sources.load("app/main.bicep").unwrap(), &sources);
        let template = parsed.template.unwrap();
        let deployment = template.resources[0].deployment.as_ref().unwrap();
        // A template spec may be one that the tree declares: the evaluator looks, and has the reason where it isn't.
        let (cmklint_template::TemplateRef::Opaque { reason: why, .. }
        | cmklint_template::TemplateRef::Spec { reason: why, .. }) = &deployment.template
        else {
            panic!("{address}: {deployment:?}");
        };
        assert_eq!(why, reason);
    }
}

#[test]
fn a_configuration_that_is_not_json_is_reported_once() {
    let files = [("app/bicepconfig.json", "{ moduleAliases")];
    let text = "module a 'br/x:a:1' = { name: 'a' }\nmodule b 'br/x:b:1' = { name: 'b' }\n";
    let messages = diagnostics_beside(text, &files);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("Warning bicepconfig: the Bicep configuration is not JSON"), "{messages:?}");
    assert_eq!(diagnostics_beside("var a = 1\n", &files), [""; 0], "nothing asks it");
}

const IMPORTS: &str = "import { greet as hi, sizes, tier, maybe } from 'PATH'
import * as all from 'PATH'
param t tier
param n maybe
param m all.maybe
param u tier?
output a string = hi('me')
output b int = sizes[1] + all.sizes[0]
output c string = all.greet('you')
";

#[test]
fn functions_variables_and_types_are_imported_from_compiled_templates() {
    let path = cached("br/mcr.microsoft.com/bicep$avm$utl$types/0.6.1$");
    for (written, at) in [("br/public:avm/utl/types:0.6.1", path.as_str()), ("./shared.json", "app/shared.json")] {
        let text = IMPORTS.replace("PATH", written);
        let sources = sources(&[("app/main.bicep", text.as_str()), (at, MODULE)]);
        let done = deploy(&sources, "app/main.bicep", &Inputs::default());
        assert_eq!(output(&done, "a"), "'hello ME'", "{written}");
        assert_eq!(output(&done, "b"), "3");
        assert_eq!(output(&done, "c"), "'hello YOU'");
        let template = parse(&sources.load("app/main.bicep").unwrap(), &sources).template.unwrap();
        let facts = |name: &str| {
            let parameter = &template.parameters[name];
            let allowed = parameter.allowed.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            (parameter.kind, parameter.nullable, allowed)
        };
        assert_eq!(facts("t"), (ParameterType::String, false, "'a' 'b'".to_owned()));
        for name in ["n", "m", "u"] {
            assert_eq!(facts(name), (ParameterType::String, true, "'a' 'b' null".to_owned()), "{name}");
        }
    }
}

#[test]
fn what_a_compiled_template_does_not_define_is_reported() {
    let files = [("app/shared.json", MODULE), ("app/other.json", "{ \"a\": 1 }")];
    assert_eq!(
        diagnostics_beside(
            r"import { gone, greet } from './shared.json'
import { x } from './other.json'
import * as all from './shared.json'
var v = [gone, x, all.lost]
",
            &files
        ),
        [
            "Warning unknown-name: nothing here is called 'gone' at `gone`",
            "Warning import: app/other.json is not a template at `'./other.json'`",
            "Warning unknown-name: nothing here is called 'all.lost' at `lost`",
        ]
    );
}

#[test]
fn a_parameter_file_may_be_for_a_restored_module() {
    let path = cached("br/r.io/disk/v1$");
    let text = r"using 'br:r.io/disk:v1'
import { sizes } from 'br:r.io/disk:v1'
param name = 'd${sizes[0]}'
";
    let with = sources(&[("p.bicepparam", text), (path.as_str(), MODULE)]);
    let read = parse_parameters(&with.load("p.bicepparam").unwrap(), &with);
    // It is a root of its own, which deploys the module with what it gives.
    assert_eq!(read.template, None);
    assert_eq!(messages(&with, &read.diagnostics), [""; 0]);
    assert_eq!(show(read.assignments.get("name").unwrap()), "\"{'d'}{var:sizes[0]}\"");
    let without = sources(&[("p.bicepparam", "using 'br:r.io/disk:v1'\nparam name = 'd'\n")]);
    let read = parse_parameters(&without.load("p.bicepparam").unwrap(), &without);
    assert_eq!(
        messages(&without, &read.diagnostics),
        [
            "Note opaque-module: the template is a module of a registry that is not in the local restore cache at `'br:r.io/disk:v1'`"
        ]
    );
}

/// The resources that a call of the module at `address` with `params` makes, beside `files`.
fn made(address: &str, params: &str, files: &[(&str, &str)]) -> Vec<Resource> {
    let main = format!(
        r"module m '{address}' = {{
  params: {params}
}}
"
    );
    let mut all = vec![("main.bicep", main.as_str())];
    all.extend(files);
    let done = deploy(&sources(&all), "main.bicep", &Inputs::default());
    done.deployment.resources
}

/// The property at `path` of a resource's body, in words.
fn property(resource: &Resource, path: &str) -> String {
    resource.get(path).describe()
}

const SET: &str = "properties.encryption.diskEncryptionSetId";

#[test]
fn a_module_that_is_not_at_hand_may_be_known_by_its_source() {
    let params = "{ name: 'd', location: 'northeurope', sku: 'Premium_LRS', diskEncryptionSetResourceId: '/des' }";
    let aliased = r#"{ "moduleAliases": { "br": { "our": { "registry": "mcr.microsoft.com", "modulePath": "bicep/avm/res" } } } }"#;
    for address in [
        "br/public:avm/res/compute/disk:0.6.1",
        "br:mcr.microsoft.com/bicep/avm/res/compute/disk:0.6.1",
        "br/public:avm/res/compute/disk:0.3.0",
        "br/our:compute/disk:1.0.0",
    ] {
        let made = made(address, params, &[("bicepconfig.json", aliased)]);
        assert_eq!(made.len(), 1, "{address}");
        assert_eq!(names(&made[0]), "'d'", "{address}");
        assert_eq!(made[0].location.describe(), "'northeurope'", "{address}");
        assert_eq!(property(&made[0], SET), "'/des'", "{address}");
    }
}

#[test]
fn a_restored_module_goes_before_what_is_known_of_it() {
    let path = cached("br/mcr.microsoft.com/bicep$avm$res$compute$disk/0.6.1$");
    let params = "{ name: 'd', diskEncryptionSetResourceId: '/des' }";
    let made = made("br/public:avm/res/compute/disk:0.6.1", params, &[(&path, MODULE)]);
    assert_eq!(made.len(), 1);
    assert_eq!(property(&made[0], SET), "null");
}

#[test]
fn what_another_version_does_by_itself_is_not_known() {
    let purge = |version: &str, more: &str| {
        let address = format!("br/public:avm/res/key-vault/vault:{version}");
        let made = made(&address, &format!("{{ name: 'kv'{more} }}"), &[]);
        assert_eq!(made.len(), 1);
        property(&made[0], "properties.enablePurgeProtection")
    };
    assert_eq!(purge("0.13.9", ""), "true");
    assert_eq!(purge("0.2.0", ""), "true or null");
    assert_eq!(purge("0.2.0", ", enablePurgeProtection: true"), "true");
    // Another input may stand for each that is left out.
    let disk = made("br/public:avm/res/compute/disk:9.0.0", "{ name: 'd', encryptionOfDisk: {} }", &[]);
    assert_ne!(property(&disk[0], SET), "null");
    let disk = made("br/public:avm/res/compute/disk:9.0.0", "{ name: 'd' }", &[]);
    assert_eq!(property(&disk[0], SET), "null");
}

#[test]
fn the_outputs_of_a_known_module_are_its_resources() {
    let main = "module v 'br/public:avm/res/key-vault/vault:0.13.0' = {
  params: { name: 'kv', keys: [ { name: 'k', kty: 'RSA' } ] }
}
output id string = v.outputs.resourceId
output key string = v.outputs.keys[0].uriWithVersion
output name string = v.outputs.name
";
    let done = deploy(&sources(&[("main.bicep", main)]), "main.bicep", &Inputs::default());
    let ids = done.deployment.resources.iter().filter(|r| r.kind.is("Microsoft.KeyVault/vaults")).map(names);
    assert_eq!(ids.collect::<Vec<_>>(), ["'kv'"]);
    assert!(output(&done, "id").contains("/providers/Microsoft.KeyVau"), "{}", output(&done, "id"));
    assert_eq!(output(&done, "key"), "properties.keyUriWithVersion");
    assert_eq!(output(&done, "name"), "'kv'");
}

#[test]
fn each_argument_of_a_known_module_may_be_of_any_kind() {
    let modules = [
        "compute/disk",
        "compute/virtual-machine",
        "key-vault/vault",
        "compute/disk-encryption-set",
        "compute/gallery",
    ];
    for params in ["{}", "{ name: null }", "{ name: {}, osDisk: 'x', dataDisks: {} }", "[]", "{ keys: 'x' }"] {
        for module in modules {
            made(&format!("br/public:avm/res/{module}:0.1.0"), params, &[]);
        }
    }
}

#[test]
fn many_modules_of_a_private_registry_are_not_searched_for_in_each_folder() {
    let from = "a/b/c/d/e/f/g/h/i/j/k/l/main.bicep";
    let path = (0..12).map(|at| format!("s{at}/")).collect::<String>();
    let addresses: Vec<String> = (0..3000).map(|at| format!("br:o.azurecr.io/{path}x{at}:v1")).collect();
    let asked = |files: Vec<String>| {
        let sources = Sources::new(MemoryLoader::new(files.into_iter().map(|path| (path, String::new()))));
        let away = cmklint_bicep::why_away(addresses.iter().map(String::as_str), from, &sources);
        assert_eq!(away.map(|reasons| reasons.len()), Some(addresses.len()));
        sources.looked_for().len()
    };
    // One is that in the restore cache.
    assert!(asked(vec![from.to_owned()]) < 2 * addresses.len());
    let above = (0..=12).map(|depth| "a/b/c/d/e/f/g/h/i/j/k/l/".get(..2 * depth).unwrap_or_default());
    let all = above
        .flat_map(|above| ["modules", "bicep/modules", "infra/modules", "src/modules"].map(|m| format!("{above}{m}")));
    let all = all.flat_map(|folder| {
        (0..12)
            .map(move |at| format!("{folder}/{}/n", (at..12).map(|at| format!("s{at}")).collect::<Vec<_>>().join("/")))
    });
    assert!(asked(all.collect()) < 50_000);
}
