//! Module calls.

#![allow(clippy::panic)]

mod common;

use cmklint_graph::StepKind;
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{CallModules, Options, ParseCache, Root, calls};
use common::{root, root_with};

const SET: &str = r#"variable "name" {}
variable "region" { default = "north" }
resource "azurerm_disk_encryption_set" "s" {
 name = var.name
 resource_group_name = "g"
 location = var.region
 identity {
 type = "SystemAssigned"
 }
}
output "id" {
 value = azurerm_disk_encryption_set.s.id
}
output "region" {
 value = azurerm_disk_encryption_set.s.location
}
output "whole" {
 value = azurerm_disk_encryption_set.s
}
"#;

fn disk(set: &str) -> String {
    format!(
        r#"resource "azurerm_managed_disk" "d" {{
 name = "d"
 resource_group_name = "g"
 location = "west"
 disk_encryption_set_id = {set}
}}
"#
    )
}

#[test]
fn a_call_hands_arguments_in_and_outputs_out() {
    let main = format!(
        r#"module "m" {{
 source = "./modules/set"
 name = "s1"
 region = "west"
}}
{}"#,
        disk("module.m.id")
    );
    let root = root(&[("main.tf", &main), ("modules/set/main.tf", SET)]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    let set = "module.m.azurerm_disk_encryption_set.s";
    assert_eq!(root.get(set, "location"), "\"west\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), format!("{set}.id"));
    let kinds: Vec<StepKind> = root.trail(set, "location").into_iter().map(|(k, _)| k).collect();
    assert_eq!(kinds, [StepKind::Literal, StepKind::Argument, StepKind::Attribute]);
    let kinds: Vec<StepKind> = root
        .trail("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId")
        .into_iter()
        .map(|(k, _)| k)
        .collect();
    assert_eq!(kinds, [StepKind::Reference, StepKind::Output, StepKind::Attribute]);
    let calls: Vec<&str> = root.resource(set).calls.iter().map(|(_, name)| &**name).collect();
    assert_eq!(calls, ["m"]);
}

#[test]
fn each_call_path_is_an_instance() {
    let middle = r#"variable "p" {}
module "in" {
 source = "../set"
 count = 2
 name = "${var.p}${count.index}"
}
output "ids" {
 value = module.in[*].id
}
"#;
    let main = format!(
        r#"module "out" {{
 source = "./modules/mid"
 for_each = toset(["a", "b"])
 p = each.key
}}
{}"#,
        disk("module.out[\"b\"].ids[1]")
    );
    let root = root(&[("main.tf", &main), ("modules/mid/main.tf", middle), ("modules/set/main.tf", SET)]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    let sets: Vec<&str> = root.addresses().into_iter().filter(|a| a.contains("encryption_set")).collect();
    assert_eq!(sets.len(), 4);
    let last = "module.out[\"b\"].module.in[1].azurerm_disk_encryption_set.s";
    assert!(sets.contains(&last));
    assert_eq!(root.get(last, "name"), "\"b1\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), format!("{last}.id"));
}

#[test]
fn a_whole_resource_passes_through_outputs_and_arguments() {
    let user = r#"variable "set" {}
resource "azurerm_managed_disk" "d" {
 name = "d"
 resource_group_name = "g"
 location = var.set.location
 disk_encryption_set_id = var.set.id
}
"#;
    let main = r#"module "m" {
 source = "./set"
 name = "s1"
}
module "u" {
 source = "./user"
 set = module.m.whole
}
"#;
    let root = root(&[("main.tf", main), ("set/main.tf", SET), ("user/main.tf", user)]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    let disk = "module.u.azurerm_managed_disk.d";
    assert_eq!(root.get(disk, "location"), "\"north\"");
    assert_eq!(
        root.get(disk, "properties.encryption.diskEncryptionSetId"),
        "module.m.azurerm_disk_encryption_set.s.id"
    );
}

#[test]
fn a_conditional_call_makes_conditional_resources() {
    let main = r#"variable "on" { type = bool }
module "m" {
 source = "./set"
 count = var.on ? 1 : 0
 name = "s"
}
"#;
    let root = root(&[("main.tf", main), ("set/main.tf", SET)]);
    assert_eq!(root.condition("module.m[0].azurerm_disk_encryption_set.s"), "(d0:var.on==true ? true : false)");
}

#[test]
fn providers_are_inherited_and_handed_down() {
    let main = r#"provider "azurerm" {
 features {}
 subscription_id = "A"
}
provider "azurerm" {
 alias = "b"
 features {}
 subscription_id = "B"
}
module "m" {
 source = "./set"
 name = "s"
}
module "n" {
 source = "./set"
 name = "s"
 providers = {
 azurerm = azurerm.b
 }
}
"#;
    let root = root(&[("main.tf", main), ("set/main.tf", SET)]);
    let of = |call: &str| {
        let resource = root.resource(&format!("module.{call}.azurerm_disk_encryption_set.s"));
        root.text(&resource.scope.subscription)
    };
    assert_eq!(of("m"), "\"A\"");
    assert_eq!(of("n"), "\"B\"");
}

#[test]
fn modules_that_are_not_looked_into_give_one_symbol_an_output() {
    let main = format!(
        r#"module "m" {{
 source = "Azure/avm/azurerm"
}}
{}"#,
        disk("module.m.id")
    );
    let root = root(&[("main.tf", &main)]);
    assert_eq!(root.codes(), ["module-not-local"]);
    assert_eq!(
        root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"),
        "<attribute:id(<d0:module.m>)>"
    );

    let main = format!(
        r#"module "m" {{
 source = "./set"
 name = "s"
}}
{}"#,
        disk("module.m.id")
    );
    let files = [("main.tf", main.as_str()), ("set/main.tf", SET)];
    for options in [
        Options { call_modules: CallModules::None, ..Options::default() },
        Options { ignored_modules: vec!["./set".into()], ..Options::default() },
    ] {
        assert_eq!(root_with(&files, &options, &[]).addresses(), ["azurerm_managed_disk.d"]);
    }
}

#[test]
fn a_module_that_is_not_there_is_a_warning_at_its_source() {
    let root = root(&[(
        "main.tf",
        r#"module "m" {
 source = "./gone"
}
"#,
    )]);
    assert_eq!(root.codes(), ["module-not-found"]);
    let span = root.lowered.diagnostics[0].span.unwrap();
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "\"./gone\"");
}

#[test]
fn modules_that_call_each_other_end_with_a_diagnostic() {
    let a = r#"module "b" {
 source = "../b"
}
"#;
    let b = r#"module "a" {
 source = "../a"
}
"#;
    let root = root(&[
        (
            "main.tf",
            r#"module "a" {
 source = "./a"
}
"#,
        ),
        ("a/main.tf", a),
        ("b/main.tf", b),
    ]);
    assert_eq!(root.codes(), ["module-cycle"]);
}

#[test]
fn outputs_of_one_module_may_depend_on_one_another_by_way_of_its_caller() {
    let module = r#"variable "in" { default = null }
output "a" {
 value = "x"
}
output "b" {
 value = var.in
}
"#;
    let main = format!(
        r#"module "m" {{
 source = "./m"
 in = module.m.a
}}
{}"#,
        disk("module.m.b")
    );
    let root = root(&[("main.tf", &main), ("m/main.tf", module)]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), "\"x\"");
}

#[test]
fn the_folders_that_a_folder_calls_are_listed() {
    let main = r#"module "a" {
 source = "../shared/x"
}
module "b" {
 source = "./y/"
}
module "c" {
 source = "registry/x/y"
}
module "d" {
 source = "../../../out"
}
"#;
    let sources = Sources::new(MemoryLoader::new([("live/prod/main.tf", main)]));
    assert_eq!(calls("live/prod", &sources, &ParseCache::default()), ["live/prod/y", "live/shared/x"]);
}

fn all() -> Options {
    Options { call_modules: CallModules::All, ..Options::default() }
}

fn manifest(modules: &[(&str, &str, &str, &str)]) -> String {
    let entry = |(key, source, version, dir): &(&str, &str, &str, &str)| {
        format!(r#"{{"Key":"{key}","Source":"{source}","Version":"{version}","Dir":"{dir}"}}"#)
    };
    let listed: Vec<String> =
        [r#"{"Key":"","Source":"","Dir":"."}"#.to_owned()].into_iter().chain(modules.iter().map(entry)).collect();
    format!(r#"{{"Modules":[{}]}}"#, listed.join(","))
}

const CALL: &str = r#"module "m" {
 source = "org/set/azurerm"
 version = "~> 1.0"
 name = "s1"
 region = "west"
}
"#;
const INSTALLED: &str = ".terraform/modules/m";

#[test]
fn an_installed_module_is_looked_into_and_its_resources_stand_at_the_call() {
    let listed = manifest(&[("m", "registry.terraform.io/org/set/azurerm", "1.2.0", INSTALLED)]);
    let files = [
        ("live/main.tf", CALL),
        ("live/.terraform/modules/modules.json", listed.as_str()),
        ("live/.terraform/modules/m/main.tf", SET),
    ];
    let sources = Sources::new(MemoryLoader::new(files));
    let lowered = Root::new("live", &sources, &all()).lower(cmklint_graph::DeploymentId(0));
    assert!(lowered.diagnostics.is_empty(), "{:?}", lowered.diagnostics);
    let root = common::Root { sources, lowered };
    let set = "module.m.azurerm_disk_encryption_set.s";
    let place = |span: cmklint_source::Span| {
        let file = root.sources.get(span.file).unwrap();
        (file.path().to_owned(), file.slice(span).to_owned())
    };
    let main = |text: &str| ("live/main.tf".to_owned(), text.to_owned());
    // What the call hands in is at the argument, what the module says itself at the call.
    assert_eq!(place(root.resource(set).span_at("location")), main("\"west\""));
    assert_eq!(place(root.resource(set).span_at("identity.type")), main("module \"m\""));
    assert_eq!(place(root.resource(set).span_at("properties.encryptionType")), main("module \"m\""));
    assert_eq!(place(root.resource(set).span), main("module \"m\""));
    assert_eq!(place(root.resource(set).whole).1, CALL.trim_end());
    // The way through the module stays in the trail.
    let trail: Vec<String> = root.trail(set, "location").into_iter().map(|(_, text)| text).collect();
    assert_eq!(trail, ["\"west\"", "\"west\"", "var.region", "\"west\""]);
    assert_eq!(cmklint_terraform::installed("live", &root.sources), ["live/.terraform/modules/m"]);
}

#[test]
fn a_module_inside_an_installed_one_stands_at_the_readers_own_call() {
    let middle = r#"variable "n" {}
module "in" {
 source = "./sub"
 name = var.n
}
module "far" {
 source = "org/far/azurerm"
 name = "f"
}
"#;
    let listed = manifest(&[
        ("m", "registry.terraform.io/org/mid/azurerm", "1.0.0", INSTALLED),
        ("m.far", "registry.terraform.io/org/far/azurerm", "1.0.0", ".terraform/modules/m.far"),
    ]);
    let main = r#"module "m" {
 source = "org/mid/azurerm"
 n = "given"
}
"#;
    let files = [
        ("main.tf", main),
        (".terraform/modules/modules.json", listed.as_str()),
        (".terraform/modules/m/main.tf", middle),
        (".terraform/modules/m/sub/main.tf", SET),
        (".terraform/modules/m.far/main.tf", SET),
    ];
    let root = root_with(&files, &all(), &[]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    let slice = |span: cmklint_source::Span| root.sources.get(span.file).unwrap().slice(span).to_owned();
    let inner = root.resource("module.m.module.in.azurerm_disk_encryption_set.s");
    assert_eq!(slice(inner.span_at("name")), "\"given\"");
    let far = root.resource("module.m.module.far.azurerm_disk_encryption_set.s");
    assert_eq!(slice(far.span_at("name")), "module \"m\"");
    assert_eq!(far.calls.len(), 2);
}

#[test]
fn without_leave_installed_modules_are_not_looked_into() {
    let listed = manifest(&[("m", "registry.terraform.io/org/set/azurerm", "1.2.0", INSTALLED)]);
    let files = [
        ("main.tf", CALL),
        (".terraform/modules/modules.json", listed.as_str()),
        (".terraform/modules/m/main.tf", SET),
    ];
    assert_eq!(root_with(&files, &Options::default(), &[]).codes(), ["module-not-local"]);
}

#[test]
fn a_list_of_installed_modules_that_lies_is_a_warning_and_the_module_is_not_looked_into() {
    let source = "registry.terraform.io/org/set/azurerm";
    for (listed, code, words) in [
        (manifest(&[("m", source, "1.2.0", "../elsewhere")]), "modules-manifest", "'../elsewhere', which is not in"),
        (manifest(&[("m", source, "1.2.0", "secret")]), "modules-manifest", "'secret', which is not in"),
        (manifest(&[("m", source, "1.2.0", "/etc")]), "modules-manifest", "'/etc', which is not in"),
        (
            manifest(&[("m", source, "1.2.0", ".terraform/modules/gone")]),
            "modules-manifest",
            "where no configuration is",
        ),
        (manifest(&[("m", source, "0.9.0", INSTALLED)]), "module-outdated", "its version 0.9.0 was installed"),
        (
            manifest(&[("m", "registry.terraform.io/org/other/azurerm", "1.2.0", INSTALLED)]),
            "module-outdated",
            "was installed from",
        ),
        ("{\"Modules\": [".to_owned(), "modules-manifest", "is not JSON"),
        ("{\"Modules\": 3}".to_owned(), "modules-manifest", "no member Modules"),
        ("[]".to_owned(), "modules-manifest", "no member Modules"),
        ("{\"Modules\": [1, {\"Key\": \"m\"}]}".to_owned(), "modules-manifest", "without key, source or folder"),
    ] {
        let files = [
            ("main.tf", CALL),
            (".terraform/modules/modules.json", listed.as_str()),
            (".terraform/modules/m/main.tf", SET),
            ("secret/main.tf", SET),
        ];
        let root = root_with(&files, &all(), &[]);
        let found = root.lowered.diagnostics.iter().find(|d| d.code == code && d.message.contains(words));
        let found = found.unwrap_or_else(|| panic!("{listed}: {:?}", root.lowered.diagnostics));
        assert_eq!(found.severity, cmklint_source::Severity::Warning);
        assert!(found.span.is_some());
        assert!(root.codes().contains(&"module-not-local"), "{listed}");
        assert!(root.addresses().is_empty(), "{listed}");
    }
}

#[test]
fn what_is_wrong_inside_an_installed_module_is_reported_more_mildly() {
    use cmklint_source::Severity;
    let listed = manifest(&[("m", "registry.terraform.io/org/set/azurerm", "1.2.0", INSTALLED)]);
    let severities = |module: &str| {
        let files = [
            ("main.tf", CALL),
            (".terraform/modules/modules.json", listed.as_str()),
            (".terraform/modules/m/main.tf", module),
        ];
        let root = root_with(&files, &all(), &[]);
        root.lowered.diagnostics.iter().map(|d| (d.code, d.severity)).collect::<Vec<_>>()
    };
    assert_eq!(severities("variable {{{"), [("syntax", Severity::Warning)]);
    let undeclared = SET.replace("name = var.name", "name = var.other");
    assert_eq!(severities(&undeclared), [("undeclared", Severity::Note)]);
}

#[test]
fn an_installed_module_that_leads_back_to_itself_ends() {
    let inner = r#"module "m" {
 source = "org/set/azurerm"
}
"#;
    let listed = manifest(&[
        ("m", "registry.terraform.io/org/set/azurerm", "1.0.0", INSTALLED),
        ("m.m", "registry.terraform.io/org/set/azurerm", "1.0.0", INSTALLED),
    ]);
    let files = [
        ("main.tf", inner),
        (".terraform/modules/modules.json", listed.as_str()),
        (".terraform/modules/m/main.tf", inner),
    ];
    assert_eq!(root_with(&files, &all(), &[]).codes(), ["module-cycle"]);
}

const VAULT: &str = r#"module "kv" {
 source = "Azure/avm-res-keyvault-vault/azurerm"
 version = "0.9.1"
 name = "v"
 location = "west"
 resource_group_name = "g"
 tenant_id = "t"
sku_name = "standard"
 purge_protection_enabled = false
 keys = {
 cmk = {
 name = "k"
 key_type = "RSA-HSM"
 key_size = 2048
 }
 }
}
"#;

#[test]
fn a_module_known_by_its_source_is_read_by_its_inputs() {
    let main = format!(
        r#"{VAULT}module "des" {{
 source = "Azure/avm-res-compute-diskencryptionset/azurerm"
 name = "s"
 location = "north"
 resource_group_name = "g"
 key_vault_key_id = module.kv.keys["cmk"].id
 key_vault_resource_id = module.kv.resource_id
 managed_identities = {{
 system_assigned = true
 }}
}}
{}"#,
        disk("module.des.resource_id")
    );
    let root = root(&[("main.tf", &main)]);
    assert_eq!(root.codes(), ["module-known", "module-known"]);
    let slice = |span: cmklint_source::Span| root.sources.get(span.file).unwrap().slice(span).to_owned();
    let vault = "module.kv.azapi_resource.this";
    assert_eq!(root.get(vault, "properties.enablePurgeProtection"), "false");
    assert_eq!(slice(root.resource(vault).span_at("properties.enablePurgeProtection")), "false");
    let key = "module.kv.azurerm_key_vault_key.this[\"cmk\"]";
    assert_eq!(root.get(key, "properties.kty"), "\"RSA-HSM\"");
    assert_eq!(slice(root.resource(key).span_at("properties.kty")), "\"RSA-HSM\"");
    let set = "module.des.azurerm_disk_encryption_set.this";
    assert_eq!(root.get(set, "properties.activeKey.keyUrl"), format!("{key}.properties.keyUriWithVersion"));
    assert_eq!(root.get(set, "identity.type"), "\"SystemAssigned\"");
    assert_eq!(root.get(set, "properties.rotationToLatestKeyVersionEnabled"), "false");
    assert_eq!(slice(root.resource(set).span_at("properties.rotationToLatestKeyVersionEnabled")), "module \"des\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), format!("{set}.id"));
    let role = root.resource("module.des.azurerm_role_assignment.this[0]");
    assert_eq!(root.text(&role.extends), format!("{vault}.id"));
    // Nothing stands in a text that there is no file of.
    for resource in &root.lowered.deployment.resources {
        let mut spans = vec![resource.span, resource.whole];
        spans_of(&resource.body, &mut spans);
        spans_of(&resource.location, &mut spans);
        resource.names.iter().for_each(|name| spans_of(name, &mut spans));
        for span in spans {
            assert_eq!(root.sources.path(span.file), "main.tf", "{}", resource.address);
        }
    }
}

fn spans_of(value: &cmklint_graph::Value, out: &mut Vec<cmklint_source::Span>) {
    out.extend(value.trail.steps().map(|step| step.span));
    match &value.kind {
        cmklint_graph::Kind::Array(array) => array.items.iter().for_each(|item| spans_of(item, out)),
        cmklint_graph::Kind::Object(object) => {
            for entry in object.entries.values() {
                out.extend(entry.key_span);
                spans_of(&entry.value, out);
            }
        }
        cmklint_graph::Kind::Choice(choice) => {
            spans_of(&choice.then, out);
            spans_of(&choice.otherwise, out);
        }
        _ => {}
    }
}

#[test]
fn what_a_known_module_is_not_known_to_say_is_a_symbol() {
    let main = format!("{VAULT}{}", disk("module.kv.private_endpoints"));
    let root = root(&[("main.tf", &main)]);
    assert_eq!(root.codes(), ["module-known"]);
    let value = root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId");
    assert_eq!(value, "<d0:module.kv.output.private_endpoints>");
}

#[test]
#[allow(clippy::too_many_lines)] // most of them are the files of the module
fn known_disks_machines_and_scale_sets_have_their_encryption_sets() {
    let main = r#"module "d" {
 source = "Azure/avm-res-compute-disk/azurerm"
 name = "d"
 location = "x"
 resource_group_name = "g"
 create_option = "Empty"
 disk_encryption_set_id = "old"
}
module "e" {
 source = "Azure/avm-res-compute-disk/azurerm"
 for_each = toset(["a", "b"])
 name = each.key
 location = "x"
 resource_group_name = "g"
 create_option = "Empty"
 disk_encryption_set = {
 id = "new"
 }
}
module "vm" {
 source = "Azure/avm-res-compute-virtualmachine/azurerm"
 name = "v"
 location = "x"
 resource_group_name = "g"
 source_image_resource_id = "img"
 os_disk = {
 caching = "None"
 disk_encryption_set_id = "os"
 }
data_disk_managed_disks = {
 one = {
 name = "n"
 lun = 0
 caching = "None"
 storage_account_type = "Premium_LRS"
 disk_encryption_set_resource_id = "data"
 }
 }
extensions = {
 ade = {
 name = "ade"
 publisher = "Microsoft.Azure.Security"
 type = "AzureDiskEncryption"
 settings = jsonencode({ VolumeType = "All" })
 }
 }
}
module "ss" {
 source = "Azure/avm-res-compute-virtualmachinescaleset/azurerm"
 name = "s"
 location = "x"
 resource_group_name = "g"
 os_disk = {
 disk_encryption_set_id = "ss"
 }
 data_disk = [{
 lun = 0
 disk_encryption_set_id = "sd"
 }]
}
"#;
    let root = root(&[("main.tf", main)]);
    assert_eq!(root.codes(), ["module-known"; 4]);
    let set = "properties.encryption.diskEncryptionSetId";
    assert_eq!(root.get("module.d.azurerm_managed_disk.this", set), "\"old\"");
    assert_eq!(root.get("module.e[\"b\"].azurerm_managed_disk.this", set), "\"new\"");
    let machine = "module.vm.azapi_resource.this";
    let profile = "properties.storageProfile";
    assert_eq!(root.get(machine, &format!("{profile}.osDisk.managedDisk.diskEncryptionSet.id")), "\"os\"");
    assert_eq!(root.get(machine, &format!("{profile}.imageReference.id")), "\"img\"");
    let data = "module.vm.azapi_resource.disk[\"one\"]";
    assert_eq!(root.get(machine, &format!("{profile}.dataDisks[0].managedDisk.id")), format!("{data}.id"));
    assert_eq!(root.get(data, set), "\"data\"");
    assert_eq!(root.text(&root.resource(data).scope.resource_group), "\"g\"");
    assert_eq!(
        root.get("module.vm.azurerm_virtual_machine_extension.this[\"ade\"]", "properties.settings.VolumeType"),
        "\"All\""
    );
    let scale_set = "module.ss.azurerm_orchestrated_virtual_machine_scale_set.this";
    let profile = "properties.virtualMachineProfile.storageProfile";
    assert_eq!(root.get(scale_set, &format!("{profile}.osDisk.managedDisk.diskEncryptionSet.id")), "\"ss\"");
    assert_eq!(root.get(scale_set, &format!("{profile}.dataDisks[0].managedDisk.diskEncryptionSet.id")), "\"sd\"");
}
