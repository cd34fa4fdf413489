//! Module calls.

mod common;

use cmklint_graph::StepKind;
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{CallModules, Options, calls};
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
    assert_eq!(calls("live/prod", &sources), ["live/prod/y", "live/shared/x"]);
}
