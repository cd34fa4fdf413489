//! Input that is broken, or made to break a reader: it ends, with a diagnostic.

mod common;

use std::fmt::Write as _;

use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{Options, ParseCache, check_syntax};
use common::{root, root_with};

const GROUP: &str = "resource \"azurerm_resource_group\" \"g\" {\n name = \"g\"\n location = \"x\"\n}\n";

#[test]
fn a_file_that_cannot_be_parsed_leaves_the_others() {
    for (broken, at) in [
        ("resource \"a\" \"b\" {\n x = \n}\n", "\n"),
        ("x = <<EOT\nnever ends\n", ""),
        ("locals {\n a = \"${\"\n}\n", ""),
        ("a = 1 2\n", "2"),
        ("}\n", "}"),
    ] {
        let root = root(&[("bad.tf", broken), ("good.tf", GROUP)]);
        assert_eq!(root.codes(), ["syntax"], "{broken}");
        assert_eq!(root.addresses(), ["azurerm_resource_group.g"]);
        let span = root.lowered.diagnostics[0].span.unwrap();
        let file = root.sources.get(span.file).unwrap();
        assert_eq!(file.path(), "bad.tf");
        if !at.is_empty() {
            assert_eq!(file.slice(span), at, "{broken}");
        }
        assert_eq!(check_syntax("bad.tf", &root.sources, &ParseCache::default()).len(), 1);
    }
}

#[test]
fn a_broken_json_file_names_its_place() {
    let root = root(&[("bad.tf.json", "{\"locals\": {\"a\": \"${\"}}"), ("worse.tf.json", "{,}"), ("good.tf", GROUP)]);
    assert_eq!(root.codes(), ["syntax", "syntax"]);
    assert!(root.lowered.diagnostics.iter().all(|d| d.span.is_some()));
}

#[test]
fn a_file_that_is_not_text_is_named() {
    let sources = Sources::new(MemoryLoader::new([("a.tf", &b"\xff\xfe"[..]), ("b.tf", GROUP.as_bytes())]));
    let id = cmklint_graph::DeploymentId(0);
    let lowered = cmklint_terraform::Root::new("", &sources, &Options::default())
        .with_tfvars(&["gone.tfvars".to_owned()])
        .lower(id);
    let told: Vec<_> = lowered.diagnostics.iter().map(|d| (d.code, d.path.as_deref().unwrap())).collect();
    assert_eq!(told, [("unreadable", "a.tf"), ("unreadable", "gone.tfvars")]);
    assert_eq!(lowered.deployment.resources.len(), 1);
}

#[test]
fn what_depends_on_itself_is_told_with_its_place() {
    for text in [
        "locals {\n a = local.b\n b = local.a\n}\nresource \"azurerm_managed_disk\" \"d\" {\n name = local.a\n}\n",
        "resource \"azurerm_managed_disk\" \"d\" {\n name = azurerm_managed_disk.d.name\n}\n",
        "resource \"azurerm_managed_disk\" \"d\" {\n count = length(azurerm_managed_disk.d)\n name = \"x\"\n}\n",
        "resource \"azurerm_managed_disk\" \"d\" {\n for_each = { for d in azurerm_managed_disk.d : d.name => d }\n name = \"x\"\n}\n",
        "variable \"v\" {\n default = 1\n}\nresource \"azurerm_managed_disk\" \"a\" {\n name = azurerm_managed_disk.b.name\n}\nresource \"azurerm_managed_disk\" \"b\" {\n name = azurerm_managed_disk.a.name\n}\n",
    ] {
        let root = root(&[("main.tf", text)]);
        assert!(root.codes().contains(&"cycle"), "{text}: {:?}", root.codes());
        assert!(root.lowered.diagnostics.iter().all(|d| d.span.is_some()));
    }
}

#[test]
fn a_module_that_passes_its_outputs_into_its_own_count_ends() {
    let main = "module \"m\" {\n source = \"./m\"\n count = length(module.m)\n}\n";
    let _ = root(&[("main.tf", main), ("m/main.tf", "output \"a\" {\n value = 1\n}\n")]);
}

#[test]
fn deep_nesting_is_refused_or_survived() {
    for depth in [10, 60, 70, 500, 50_000] {
        for (open, close) in
            [("[", "]"), ("(", ")"), ("{ a = ", "}"), ("f(", ")"), ("\"${", "}\""), ("!", ""), ("x[", "]")]
        {
            let text = format!("locals {{\n a = {}1{}\n}}\n{GROUP}", open.repeat(depth), close.repeat(depth));
            let root = root(&[("main.tf", &text)]);
            assert!(root.codes().iter().all(|c| *c == "syntax"), "{open} {depth}: {:?}", root.codes());
        }
        let blocks = format!("{}{}", "a {\n".repeat(depth), "}\n".repeat(depth));
        let _ = root(&[("main.tf", &blocks)]);
        let json = format!("{}1{}", "{\"locals\":[".repeat(depth), "]}".repeat(depth));
        let _ = root(&[("main.tf.json", &json)]);
    }
}

#[test]
fn long_chains_of_locals_end() {
    let mut text = String::from("locals {\n a0 = [1]\n");
    for i in 1..5_000 {
        let _ = writeln!(text, " a{i} = [local.a{}]", i - 1);
    }
    text.push_str("}\nresource \"azurerm_managed_disk\" \"d\" {\n name = length(local.a4999)\n}\n");
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().iter().any(|c| matches!(*c, "too-deep" | "too-large")), "{:?}", root.codes());
}

#[test]
fn long_chains_of_locals_asked_for_from_their_beginning_end() {
    let mut text = String::from("locals {\n a0 = [1]\n");
    let mut uses = String::new();
    for i in 1..2_000 {
        let _ = writeln!(text, " a{i} = [local.a{}]", i - 1);
        let _ = writeln!(uses, "resource \"azurerm_managed_disk\" \"d{i}\" {{\n name = length(local.a{i})\n}}");
    }
    let root = root(&[("main.tf", &format!("{text}}}\n{uses}"))]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn values_that_double_at_each_step_are_cut_off() {
    let mut text = String::from("locals {\n a0 = [1]\n");
    for i in 1..200 {
        let _ = writeln!(text, " a{i} = [local.a{0}, local.a{0}]", i - 1);
    }
    text.push_str("}\nresource \"azurerm_managed_disk\" \"d\" {\n name = jsonencode(local.a199)\n}\n");
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn conditions_that_double_at_each_step_are_cut_off() {
    let mut text = String::from("locals {\n a0 = \"x\"\n");
    for i in 1..200 {
        let _ = writeln!(text, " a{i} = var.v{i} ? \"${{local.a{0}}}l\" : \"${{local.a{0}}}r\"", i - 1);
    }
    text.push_str("}\nresource \"azurerm_managed_disk\" \"d\" {\n name = local.a199\n}\n");
    for i in 1..200 {
        let _ = writeln!(text, "variable \"v{i}\" {{}}");
    }
    let _ = root(&[("main.tf", &text)]);
}

#[test]
fn loops_over_millions_are_bounded() {
    for collection in [
        "range(100000000)",
        "[for i in range(10000) : [for j in range(10000) : [for k in range(10000) : k]]]",
        "toset([for i in range(1000) : [for j in range(1000) : \"${i}-${j}\"]])",
        "setproduct(range(10000), range(10000))",
    ] {
        let text =
            format!("resource \"azurerm_managed_disk\" \"d\" {{\n for_each = {collection}\n name = each.key\n}}\n");
        let _ = root(&[("main.tf", &text)]);
    }
    let text = "resource \"azurerm_managed_disk\" \"d\" {\n count = 9000000000000000000\n name = \"x\"\n}\n";
    let root = root(&[("main.tf", text)]);
    let total: u64 = root.lowered.deployment.resources.iter().map(|r| 1 + r.further).sum();
    assert_eq!(total, 9_000_000_000_000_000_000);
}

#[test]
fn texts_do_not_grow_without_bound() {
    let mut text = String::from("locals {\n a0 = \"xxxxxxxxxxxxxxxx\"\n");
    for i in 1..64 {
        let _ = writeln!(text, " a{i} = \"${{local.a{0}}}${{local.a{0}}}\"", i - 1);
    }
    text.push_str("}\nresource \"azurerm_managed_disk\" \"d\" {\n name = local.a63\n}\n");
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn module_instances_are_bounded() {
    let main = "module \"m\" {\n source = \"./a\"\n count = 200\n}\n";
    let a = "module \"m\" {\n source = \"../b\"\n count = 200\n}\n";
    let b = "module \"m\" {\n source = \"../c\"\n count = 200\n}\n";
    let root = root(&[("main.tf", main), ("a/m.tf", a), ("b/m.tf", b), ("c/m.tf", GROUP)]);
    assert!(root.codes().contains(&"too-many-modules"), "{:?}", root.codes());
}

#[test]
fn a_long_chain_of_parents_ends() {
    let mut text = String::new();
    for i in 0..3_000 {
        let _ = writeln!(
            text,
            "resource \"azapi_resource\" \"r{i}\" {{\n type = \"Microsoft.X/a/b@1\"\n name = \"n\"\n parent_id = azapi_resource.r{}.id\n}}",
            i + 1
        );
    }
    text.push_str("resource \"azapi_resource\" \"r3000\" {\n type = \"Microsoft.X/a@1\"\n name = \"n\"\n parent_id = \"/subscriptions/S/resourceGroups/G\"\n}\n");
    let root = root(&[("main.tf", &text)]);
    assert_eq!(root.addresses().len(), 3_001);
}

#[test]
fn duplicates_are_told_and_the_first_counts() {
    let text =
        "locals {\n a = 1\n}\nlocals {\n a = 2\n}\nvariable \"v\" {}\nvariable \"v\" {}\n".to_owned() + GROUP + GROUP;
    let root = root(&[("main.tf", &text)]);
    assert_eq!(root.codes(), ["duplicate", "duplicate", "duplicate"]);
    assert_eq!(root.addresses(), ["azurerm_resource_group.g"]);
}

#[test]
fn steps_are_bounded_by_the_options() {
    let options = Options::default();
    let limits = cmklint_terraform::Limits { steps: 100, ..options.limits };
    let options = Options { limits, ..Options::default() };
    let text = "resource \"azurerm_managed_disk\" \"d\" {\n for_each = toset([for i in range(1000) : \"n${i}\"])\n name = each.key\n}\n";
    let root = root_with(&[("main.tf", text)], &options, &[]);
    assert!(root.codes().contains(&"too-complex"), "{:?}", root.codes());
}

#[test]
fn functions_of_many_unknown_values_end_soon() {
    let many = "[for i in range(5000) : var.x == \"${i}\"]";
    for value in [
        format!("alltrue({many})"),
        format!("anytrue({many})"),
        "contains([for i in range(5000) : \"${i}\"], var.x)".to_owned(),
        "coalesce([for i in range(5000) : var.x]...)".to_owned(),
        "setsubtract([for i in range(5000) : \"${i}${var.x}\"], [for i in range(5000) : \"${var.x}${i}\"])".to_owned(),
        "setsubtract(range(20000), range(20000))".to_owned(),
        format!("[for f in {many} : f if f]"),
        format!("{{ for i, f in {many} : i => f if f }}"),
        "merge([for i in range(5000) : { \"a${i}\" = 1 }]...)".to_owned(),
    ] {
        let text = format!("variable \"x\" {{}}\nresource \"azurerm_managed_disk\" \"d\" {{\n name = {value}\n}}\n");
        assert_eq!(root(&[("main.tf", &text)]).addresses().len(), 1);
    }
}
