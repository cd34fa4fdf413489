//! Module calls.

#![allow(clippy::panic)]

mod common;

use cmklint_graph::StepKind;
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{CallModules, Options, ParseCache, Root, calls};
use common::{root, root_with};

const SET: &str = "variable \"name\" {}\nvariable \"region\" { default = \"north\" }\n\
    resource \"azurerm_disk_encryption_set\" \"s\" {\n name = var.name\n resource_group_name = \"g\"\n location = var.region\n identity {\n type = \"SystemAssigned\"\n }\n}\n\
    output \"id\" {\n value = azurerm_disk_encryption_set.s.id\n}\noutput \"region\" {\n value = azurerm_disk_encryption_set.s.location\n}\noutput \"whole\" {\n value = azurerm_disk_encryption_set.s\n}\n";

fn disk(set: &str) -> String {
    format!(
        "resource \"azurerm_managed_disk\" \"d\" {{\n name = \"d\"\n resource_group_name = \"g\"\n location = \"west\"\n disk_encryption_set_id = {set}\n}}\n"
    )
}

#[test]
fn a_call_hands_arguments_in_and_outputs_out() {
    let main = format!(
        "module \"m\" {{\n source = \"./modules/set\"\n name = \"s1\"\n region = \"west\"\n}}\n{}",
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
    let middle = "variable \"p\" {}\nmodule \"in\" {\n source = \"../set\"\n count = 2\n name = \"${var.p}${count.index}\"\n}\noutput \"ids\" {\n value = module.in[*].id\n}\n";
    let main = format!(
        "module \"out\" {{\n source = \"./modules/mid\"\n for_each = toset([\"a\", \"b\"])\n p = each.key\n}}\n{}",
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
    let user = "variable \"set\" {}\nresource \"azurerm_managed_disk\" \"d\" {\n name = \"d\"\n resource_group_name = \"g\"\n location = var.set.location\n disk_encryption_set_id = var.set.id\n}\n";
    let main = "module \"m\" {\n source = \"./set\"\n name = \"s1\"\n}\nmodule \"u\" {\n source = \"./user\"\n set = module.m.whole\n}\n";
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
    let main = "variable \"on\" { type = bool }\nmodule \"m\" {\n source = \"./set\"\n count = var.on ? 1 : 0\n name = \"s\"\n}\n";
    let root = root(&[("main.tf", main), ("set/main.tf", SET)]);
    assert_eq!(root.condition("module.m[0].azurerm_disk_encryption_set.s"), "(d0:var.on==true ? true : false)");
}

#[test]
fn providers_are_inherited_and_handed_down() {
    let main = "provider \"azurerm\" {\n features {}\n subscription_id = \"A\"\n}\nprovider \"azurerm\" {\n alias = \"b\"\n features {}\n subscription_id = \"B\"\n}\n\
        module \"m\" {\n source = \"./set\"\n name = \"s\"\n}\nmodule \"n\" {\n source = \"./set\"\n name = \"s\"\n providers = {\n azurerm = azurerm.b\n }\n}\n";
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
    let main = format!("module \"m\" {{\n source = \"Azure/avm/azurerm\"\n}}\n{}", disk("module.m.id"));
    let root = root(&[("main.tf", &main)]);
    assert_eq!(root.codes(), ["module-not-local"]);
    assert_eq!(
        root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"),
        "<attribute:id(<d0:module.m>)>"
    );

    let main = format!("module \"m\" {{\n source = \"./set\"\n name = \"s\"\n}}\n{}", disk("module.m.id"));
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
    let root = root(&[("main.tf", "module \"m\" {\n source = \"./gone\"\n}\n")]);
    assert_eq!(root.codes(), ["module-not-found"]);
    let span = root.lowered.diagnostics[0].span.unwrap();
    assert_eq!(root.sources.get(span.file).unwrap().slice(span), "\"./gone\"");
}

#[test]
fn modules_that_call_each_other_end_with_a_diagnostic() {
    let a = "module \"b\" {\n source = \"../b\"\n}\n";
    let b = "module \"a\" {\n source = \"../a\"\n}\n";
    let root = root(&[("main.tf", "module \"a\" {\n source = \"./a\"\n}\n"), ("a/main.tf", a), ("b/main.tf", b)]);
    assert_eq!(root.codes(), ["module-cycle"]);
}

#[test]
fn outputs_of_one_module_may_depend_on_one_another_by_way_of_its_caller() {
    let module =
        "variable \"in\" { default = null }\noutput \"a\" {\n value = \"x\"\n}\noutput \"b\" {\n value = var.in\n}\n";
    let main = format!("module \"m\" {{\n source = \"./m\"\n in = module.m.a\n}}\n{}", disk("module.m.b"));
    let root = root(&[("main.tf", &main), ("m/main.tf", module)]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.encryption.diskEncryptionSetId"), "\"x\"");
}

#[test]
fn the_folders_that_a_folder_calls_are_listed() {
    let main = "module \"a\" {\n source = \"../shared/x\"\n}\nmodule \"b\" {\n source = \"./y/\"\n}\nmodule \"c\" {\n source = \"registry/x/y\"\n}\nmodule \"d\" {\n source = \"../../../out\"\n}\n";
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

const CALL: &str =
    "module \"m\" {\n source = \"org/set/azurerm\"\n version = \"~> 1.0\"\n name = \"s1\"\n region = \"west\"\n}\n";
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
    let middle = "variable \"n\" {}\nmodule \"in\" {\n source = \"./sub\"\n name = var.n\n}\nmodule \"far\" {\n source = \"org/far/azurerm\"\n name = \"f\"\n}\n";
    let listed = manifest(&[
        ("m", "registry.terraform.io/org/mid/azurerm", "1.0.0", INSTALLED),
        ("m.far", "registry.terraform.io/org/far/azurerm", "1.0.0", ".terraform/modules/m.far"),
    ]);
    let main = "module \"m\" {\n source = \"org/mid/azurerm\"\n n = \"given\"\n}\n";
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
        ("{\"Modules\": [".to_owned(), "modules-manifest", "is no JSON"),
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
fn what_is_wrong_inside_an_installed_module_is_told_more_mildly() {
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
    let inner = "module \"m\" {\n source = \"org/set/azurerm\"\n}\n";
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

const VAULT: &str = "module \"kv\" {\n source = \"Azure/avm-res-keyvault-vault/azurerm\"\n version = \"0.9.1\"\n name = \"v\"\n location = \"west\"\n resource_group_name = \"g\"\n tenant_id = \"t\"\n\
    sku_name = \"standard\"\n purge_protection_enabled = false\n keys = {\n cmk = {\n name = \"k\"\n key_type = \"RSA-HSM\"\n key_size = 2048\n }\n }\n}\n";

#[test]
fn a_module_known_by_its_source_is_read_by_its_inputs() {
    let main = format!(
        "{VAULT}module \"des\" {{\n source = \"Azure/avm-res-compute-diskencryptionset/azurerm\"\n name = \"s\"\n location = \"north\"\n resource_group_name = \"g\"\n key_vault_key_id = module.kv.keys[\"cmk\"].id\n key_vault_resource_id = module.kv.resource_id\n managed_identities = {{\n system_assigned = true\n }}\n}}\n{}",
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
fn known_disks_machines_and_scale_sets_have_their_encryption_sets() {
    let main = "module \"d\" {\n source = \"Azure/avm-res-compute-disk/azurerm\"\n name = \"d\"\n location = \"x\"\n resource_group_name = \"g\"\n create_option = \"Empty\"\n disk_encryption_set_id = \"old\"\n}\n\
        module \"e\" {\n source = \"Azure/avm-res-compute-disk/azurerm\"\n for_each = toset([\"a\", \"b\"])\n name = each.key\n location = \"x\"\n resource_group_name = \"g\"\n create_option = \"Empty\"\n disk_encryption_set = {\n id = \"new\"\n }\n}\n\
        module \"vm\" {\n source = \"Azure/avm-res-compute-virtualmachine/azurerm\"\n name = \"v\"\n location = \"x\"\n resource_group_name = \"g\"\n source_image_resource_id = \"img\"\n os_disk = {\n caching = \"None\"\n disk_encryption_set_id = \"os\"\n }\n\
        data_disk_managed_disks = {\n one = {\n name = \"n\"\n lun = 0\n caching = \"None\"\n storage_account_type = \"Premium_LRS\"\n disk_encryption_set_resource_id = \"data\"\n }\n }\n\
        extensions = {\n ade = {\n name = \"ade\"\n publisher = \"Microsoft.Azure.Security\"\n type = \"AzureDiskEncryption\"\n settings = jsonencode({ VolumeType = \"All\" })\n }\n }\n}\n\
        module \"ss\" {\n source = \"Azure/avm-res-compute-virtualmachinescaleset/azurerm\"\n name = \"s\"\n location = \"x\"\n resource_group_name = \"g\"\n os_disk = {\n disk_encryption_set_id = \"ss\"\n }\n data_disk = [{\n lun = 0\n disk_encryption_set_id = \"sd\"\n }]\n}\n";
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
