//! Parameter files are found where people keep them; one that may be for two templates is for none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01";

/// A template of a set and a disk, whose regions are its parameters `set` and `disk`.
const BICEP: &str = "param set string\nparam disk string\n\
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {\n  name: 'des'\n  location: set\n  identity: { type: 'SystemAssigned' }\n\
  properties: { activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }\n}\n\
resource d 'Microsoft.Compute/disks@2023-10-02' = {\n  name: 'd'\n  location: disk\n  properties: {\n    creationData: { createOption: 'Empty' }\n\
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }\n  }\n}\n";

/// The same in JSON.
fn json() -> String {
    format!(
        r#"{{ "$schema": "{SCHEMA}/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
"parameters": {{ "set": {{ "type": "string" }}, "disk": {{ "type": "string" }} }}, "resources": [
{{ "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-10-02", "name": "des", "location": "[parameters('set')]", "identity": {{ "type": "SystemAssigned" }},
"properties": {{ "activeKey": {{ "keyUrl": "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef" }} }} }},
{{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "d", "location": "[parameters('disk')]", "properties": {{ "creationData": {{ "createOption": "Empty" }},
"encryption": {{ "type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" }} }} }} ] }}"#
    )
}

const VALUES: &str = r#"{ "set": { "value": "westeurope" }, "disk": { "value": "northeurope" } }"#;

/// A parameter file by which the two regions differ.
fn parameters() -> String {
    format!(
        r#"{{ "$schema": "{SCHEMA}/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": {VALUES} }}"#
    )
}

fn differ(files: &[(&str, &str)]) -> bool {
    let found = Tree::new(files).found(&["."]);
    assert!(found.iter().all(|f| f.ends_with("CMK020")), "{found:?}");
    !found.is_empty()
}

#[test]
fn a_parameter_file_in_another_folder_goes_with_the_template_that_its_name_or_its_parameters_tell() {
    let parameters = parameters();
    for (file, template) in [
        ("parameterFiles/hanaProdVm.parameters.json", "hanaProdVM.bicep"),
        ("parameters.json", "azuredeploy.bicep"),
        ("config/prod/main.parameters.json", "main.bicep"),
        ("config/prod/westeurope.json", "main.bicep"),
        ("parameters/parameters.prod.json", "main.bicep"),
        ("parameters/prod.json", "infra/main.bicep"),
        ("infra/params/dev/prod.parameters.json", "infra/templates/vm.bicep"),
        ("deploy/params/vm-linux.prod.json", "bicep/vm-linux.bicep"),
        ("params/parameters.vm.json", "templates/vm/main.bicep"),
        ("prod/azuredeploy.parameters.json", "azuredeploy.bicep"),
        ("infra/main.parameters.json", "infra/main.bicep"),
        ("main.parameters.prod.json", "main.bicep"),
        ("parameters/main.parameters.prod.json", "infra/main.bicep"),
        ("environments/prod/infra.parameters.json", "infra/main.bicep"),
        ("bicep/params/weu-prod.json", "bicep/main.bicep"),
        ("infra/main-parameters.json", "infra/main.bicep"),
    ] {
        assert!(differ(&[(template, BICEP), (file, &parameters)]), "{file} for {template}");
        let compiled = json();
        assert!(differ(&[(&template.replace(".bicep", ".json"), &compiled), (file, &parameters)]), "{file} for JSON");
        // A template that takes none of these parameters is no other owner.
        let others = [("other.bicep", "param a string\n"), ("x/y/other.bicep", "param set string\n")];
        assert!(differ(&[(template, BICEP), (file, &parameters), others[0], others[1]]), "{file} beside others");
    }
}

#[test]
fn a_parameter_file_that_may_be_for_two_templates_is_for_none() {
    let parameters = parameters();
    for (file, one, other) in [
        ("parameters.json", "a.bicep", "b.bicep"),
        ("parameters/prod.json", "a.bicep", "b.bicep"),
        ("parameters/main.parameters.json", "a/main.bicep", "b/main.bicep"),
        ("config/prod.json", "a/one.bicep", "b/two.bicep"),
    ] {
        let tree = Tree::new(&[(one, BICEP), (other, BICEP), (file, &parameters)]);
        assert_eq!(tree.found(&["."]), [""; 0], "{file}");
        let err = tree.run(&["--verbose"]).err;
        assert!(
            err.contains("it may be for each of these templates") && err.contains(one) && err.contains(other),
            "{err}"
        );
    }
    // The nearest of two, and one of the template's own name, are distinguished.
    assert!(differ(&[
        ("a/parameters/prod.json", &parameters),
        ("a/main.bicep", BICEP),
        ("b/main.bicep", "param set string\nparam disk string\n")
    ]));
    assert!(differ(&[
        ("params/app.prod.json", &parameters),
        ("app.bicep", BICEP),
        ("net.bicep", "param set string\nparam disk string\n")
    ]));
}

#[test]
fn a_parameter_file_that_gives_what_no_template_takes_or_lies_far_away_is_for_none() {
    let parameters = parameters();
    for (file, template, text) in [
        (
            "parameters.json",
            "main.bicep",
            BICEP.replace("param disk string", "param region string").replace("location: disk", "location: region"),
        ),
        ("a/parameters.json", "b/main.bicep", BICEP.to_owned()),
        ("a/main.parameters.json", "b/main.bicep", BICEP.to_owned()),
    ] {
        let tree = Tree::new(&[(template, text.as_str()), (file, &parameters)]);
        assert_eq!(tree.found(&["."]), [""; 0], "{file}");
        assert!(tree.run(&["--verbose"]).err.contains("no template among the files goes with"), "{file}");
    }
}

#[test]
fn only_templates_that_are_deployed_by_themselves_take_parameters_and_of_a_compiled_one_the_source() {
    let (parameters, compiled) = (parameters(), json());
    let compiled = compiled.replacen('{', r#"{ "metadata": { "_generator": { "name": "bicep" } },"#, 1);
    let call = r"module m 'modules/disks.bicep' = { name: 'm', params: { set: set, disk: disk } }
param set string
param disk string
";
    assert!(differ(&[("main.bicep", call), ("modules/disks.bicep", BICEP), ("params/prod.json", &parameters)]));
    assert!(differ(&[("main.bicep", BICEP), ("main.json", &compiled), ("parameters.json", &parameters)]));
    assert!(differ(&[("main.bicep", BICEP), ("main.json", &compiled), ("params/prod.json", &parameters)]));
    assert!(differ(&[
        ("main.bicep", BICEP),
        ("out/main.json", &compiled),
        ("params/main.parameters.json", &parameters)
    ]));
    let named = parameters.replacen('{', r#"{ "metadata": { "template": "main.json" },"#, 1);
    assert!(differ(&[("main.bicep", BICEP), ("main.json", &compiled), ("x.json", &named)]));
}

#[test]
fn values_alone_are_parameters_where_their_name_says_so() {
    let whole = format!(r#"{{ "parameters": {VALUES} }}"#);
    let plain = r#"{ "set": "westeurope", "disk": "northeurope" }"#;
    for text in [whole.as_str(), VALUES, plain] {
        assert!(differ(&[("main.bicep", BICEP), ("main.parameters.json", text)]), "{text}");
        assert!(differ(&[("main.bicep", BICEP), ("params/main.parameters.prod.json", text)]), "{text}");
        // Any other JSON may look like that.
        assert!(!differ(&[("main.bicep", BICEP), ("regions.json", text)]), "{text}");
    }
    // The name of the file, or of its folder, says what it is: then its parameters tell the template.
    for file in ["parameters/prod.json", "parameters.prod.json", "parameter-files/prod.json", "env/prod/values.json"] {
        for text in [whole.as_str(), VALUES] {
            assert!(differ(&[("main.bicep", BICEP), (file, text)]), "{file}: {text}");
        }
        assert!(!differ(&[("main.bicep", BICEP), ("other.bicep", BICEP), (file, &whole)]), "{file} of two");
    }
    let broken = Tree::new(&[("main.bicep", BICEP), ("params.json", "{ \"a\": 1, oops")]).run(&["--verbose"]);
    assert!(broken.code == 0 && !broken.err.contains("params.json"), "{}", broken.err);
}

#[test]
fn two_environments_in_folders_do_not_meet() {
    // The disk of the one is in the region of the set of the other.
    let of = |set: &str, disk: &str| parameters().replace("westeurope", set).replace("northeurope", disk);
    let (dev, prod) = (of("westeurope", "westeurope"), of("northeurope", "northeurope"));
    assert!(!differ(&[
        ("main.bicep", BICEP),
        ("config/dev/main.parameters.json", &dev),
        ("config/prod/main.parameters.json", &prod)
    ]));
}

#[test]
fn what_stands_in_for_an_environment_variable_is_a_default() {
    let of = |disk: &str| {
        format!(
            r"using 'main.bicep'
param set = readEnvironmentVariable('SET', 'westeurope')
param disk = {disk}
"
        )
    };
    let tree = Tree::new(&[("main.bicep", BICEP), ("main.bicepparam", &of("'northeurope'"))]);
    let ran = tree.run(&["."]);
    assert!(ran.out.contains("CMK020") && ran.out.contains("environment variable SET"), "{}", ran.out);
    tree.write("main.bicepparam", of("readEnvironmentVariable('DISK')").as_bytes());
    assert_eq!(tree.found(&["."]), [""; 0]);
}

#[test]
fn a_bicepparam_that_names_a_module_of_a_registry_deploys_it() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des";
    let parameters = |using: &str| {
        format!(
            "using '{using}'\nvar region = 'northeurope'\nparam name = 'd'\nparam location = region\nparam sku = 'Premium_LRS'\nparam availabilityZone = 1\n\
             param diskSizeGB = 10\nparam diskEncryptionSetResourceId = '{id}'\n"
        )
    };
    let set = BICEP
        .split("resource d ")
        .next()
        .unwrap()
        .replace("param disk string\n", "")
        .replace("param set string", "param set string = 'westeurope'");
    let config = "root \"keys/main.bicep\" {\n  subscription   = \"00000000-0000-0000-0000-000000000001\"\n  resource_group = \"rg\"\n}\n";
    for using in [
        "br/public:avm/res/compute/disk:0.4.0",
        "br:mcr.microsoft.com/bicep/avm/res/compute/disk:0.4.0",
        "br/mine:disk:0.4.0",
    ] {
        let text = parameters(using);
        let alias = r#"{ "moduleAliases": { "br": { "mine": { "registry": "contoso.azurecr.io", "modulePath": "public/bicep/avm/res/compute" } } } }"#;
        let files = [
            ("prod.bicepparam", text.as_str()),
            ("bicepconfig.json", alias),
            ("keys/main.bicep", &set),
            (".cmklint.hcl", config),
        ];
        assert_eq!(Tree::new(&files).found(&["."]), ["prod.bicepparam:4 CMK020"], "{using}");
    }
    // One that is not known is said to be, and is a parameter file of no template.
    let away = Tree::new(&[("prod.bicepparam", parameters("br/public:avm/res/no/such:1.0.0").as_str())]);
    assert!(away.run(&["--verbose"]).err.contains("not in the local restore cache"));
}

#[test]
fn a_file_that_a_used_one_extends_is_used_and_one_that_nothing_extends_is_not() {
    let base = "using none\nparam set = 'westeurope'\nparam disk = 'northeurope'\n";
    let used = "using 'main.bicep'\nextends 'base.bicepparam'\n";
    let tree = Tree::new(&[("main.bicep", BICEP), ("base.bicepparam", base), ("prod.bicepparam", used)]);
    let ran = tree.run(&["."]);
    assert!(ran.out.contains("CMK020") && !(ran.out + &ran.err).contains("of no template"));
    let alone = Tree::new(&[("main.bicep", BICEP), ("base.bicepparam", base)]).run(&["."]);
    assert!((alone.out + &alone.err).contains("1 parameter file of no template"));
}
