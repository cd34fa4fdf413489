//! Input that is broken, or made to break a reader: it ends, with a diagnostic.

mod common;

use std::fmt::Write as _;

use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{Options, ParseCache, check_syntax};
use common::{root, root_with};

const GROUP: &str = r#"resource "azurerm_resource_group" "g" {
 name = "g"
 location = "x"
}
"#;

#[test]
fn a_file_that_cannot_be_parsed_leaves_the_others() {
    for (broken, at) in [
        ("resource \"a\" \"b\" {\n x = \n}\n", "\n"),
        (
            r"x = <<EOT
never ends
",
            "",
        ),
        (
            r#"locals {
 a = "${"
}
"#,
            "",
        ),
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
    let messages: Vec<_> = lowered.diagnostics.iter().map(|d| (d.code, d.path.as_deref().unwrap())).collect();
    assert_eq!(messages, [("unreadable", "a.tf"), ("unreadable", "gone.tfvars")]);
    assert_eq!(lowered.deployment.resources.len(), 1);
}

#[test]
fn what_depends_on_itself_is_reported_with_its_place() {
    for text in [
        r#"locals {
 a = local.b
 b = local.a
}
resource "azurerm_managed_disk" "d" {
 name = local.a
}
"#,
        r#"resource "azurerm_managed_disk" "d" {
 name = azurerm_managed_disk.d.name
}
"#,
        r#"resource "azurerm_managed_disk" "d" {
 count = length(azurerm_managed_disk.d)
 name = "x"
}
"#,
        r#"resource "azurerm_managed_disk" "d" {
 for_each = { for d in azurerm_managed_disk.d : d.name => d }
 name = "x"
}
"#,
        r#"variable "v" {
 default = 1
}
resource "azurerm_managed_disk" "a" {
 name = azurerm_managed_disk.b.name
}
resource "azurerm_managed_disk" "b" {
 name = azurerm_managed_disk.a.name
}
"#,
    ] {
        let root = root(&[("main.tf", text)]);
        assert!(root.codes().contains(&"cycle"), "{text}: {:?}", root.codes());
        assert!(root.lowered.diagnostics.iter().all(|d| d.span.is_some()));
    }
}

#[test]
fn a_module_that_passes_its_outputs_into_its_own_count_ends() {
    let main = r#"module "m" {
 source = "./m"
 count = length(module.m)
}
"#;
    let _ = root(&[
        ("main.tf", main),
        (
            "m/main.tf",
            r#"output "a" {
 value = 1
}
"#,
        ),
    ]);
}

#[test]
fn deep_nesting_is_refused_or_survived() {
    for depth in [10, 60, 70, 500, 50_000] {
        for (open, close) in
            [("[", "]"), ("(", ")"), ("{ a = ", "}"), ("f(", ")"), ("\"${", "}\""), ("!", ""), ("x[", "]")]
        {
            let text = format!(
                r"locals {{
 a = {}1{}
}}
{GROUP}",
                open.repeat(depth),
                close.repeat(depth)
            );
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
    let mut text = String::from(
        r"locals {
 a0 = [1]
",
    );
    for i in 1..5_000 {
        let _ = writeln!(text, " a{i} = [local.a{}]", i - 1);
    }
    text.push_str(
        r#"}
resource "azurerm_managed_disk" "d" {
 name = length(local.a4999)
}
"#,
    );
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().iter().any(|c| matches!(*c, "too-deep" | "too-large")), "{:?}", root.codes());
}

#[test]
fn long_chains_of_locals_asked_for_from_their_beginning_end() {
    let mut text = String::from(
        r"locals {
 a0 = [1]
",
    );
    let mut uses = String::new();
    for i in 1..2_000 {
        let _ = writeln!(text, " a{i} = [local.a{}]", i - 1);
        let _ = writeln!(
            uses,
            r#"resource "azurerm_managed_disk" "d{i}" {{
 name = length(local.a{i})
}}"#
        );
    }
    let root = root(&[(
        "main.tf",
        &format!(
            r"{text}}}
{uses}"
        ),
    )]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn values_that_double_at_each_step_are_cut_off() {
    let mut text = String::from(
        r"locals {
 a0 = [1]
",
    );
    for i in 1..200 {
        let _ = writeln!(text, " a{i} = [local.a{0}, local.a{0}]", i - 1);
    }
    text.push_str(
        r#"}
resource "azurerm_managed_disk" "d" {
 name = jsonencode(local.a199)
}
"#,
    );
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn conditions_that_double_at_each_step_are_cut_off() {
    let mut text = String::from(
        r#"locals {
 a0 = "x"
"#,
    );
    for i in 1..200 {
        let _ = writeln!(text, " a{i} = var.v{i} ? \"${{local.a{0}}}l\" : \"${{local.a{0}}}r\"", i - 1);
    }
    text.push_str(
        r#"}
resource "azurerm_managed_disk" "d" {
 name = local.a199
}
"#,
    );
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
        let text = format!(
            r#"resource "azurerm_managed_disk" "d" {{
 for_each = {collection}
 name = each.key
}}
"#
        );
        let _ = root(&[("main.tf", &text)]);
    }
    let text = r#"resource "azurerm_managed_disk" "d" {
 count = 9000000000000000000
 name = "x"
}
"#;
    let root = root(&[("main.tf", text)]);
    let total: u64 = root.lowered.deployment.resources.iter().map(|r| 1 + r.further).sum();
    assert_eq!(total, 9_000_000_000_000_000_000);
}

#[test]
fn texts_do_not_grow_without_bound() {
    let mut text = String::from(
        r#"locals {
 a0 = "xxxxxxxxxxxxxxxx"
"#,
    );
    for i in 1..64 {
        let _ = writeln!(text, " a{i} = \"${{local.a{0}}}${{local.a{0}}}\"", i - 1);
    }
    text.push_str(
        r#"}
resource "azurerm_managed_disk" "d" {
 name = local.a63
}
"#,
    );
    let root = root(&[("main.tf", &text)]);
    assert!(root.codes().contains(&"too-large"), "{:?}", root.codes());
}

#[test]
fn module_instances_are_bounded() {
    let main = r#"module "m" {
 source = "./a"
 count = 200
}
"#;
    let a = r#"module "m" {
 source = "../b"
 count = 200
}
"#;
    let b = r#"module "m" {
 source = "../c"
 count = 200
}
"#;
    let root = root(&[("main.tf", main), ("a/m.tf", a), ("b/m.tf", b), ("c/m.tf", GROUP)]);
    assert!(root.codes().contains(&"too-many-modules"), "{:?}", root.codes());
}

#[test]
fn a_long_chain_of_parents_ends() {
    let mut text = String::new();
    for i in 0..3_000 {
        let _ = writeln!(
            text,
            r#"resource "azapi_resource" "r{i}" {{
 type = "Microsoft.X/a/b@1"
 name = "n"
 parent_id = azapi_resource.r{}.id
}}"#,
            i + 1
        );
    }
    text.push_str(
        r#"resource "azapi_resource" "r3000" {
 type = "Microsoft.X/a@1"
 name = "n"
 parent_id = "/subscriptions/S/resourceGroups/G"
}
"#,
    );
    let root = root(&[("main.tf", &text)]);
    assert_eq!(root.addresses().len(), 3_001);
}

#[test]
fn duplicates_are_reported_and_the_first_counts() {
    let text = r#"locals {
 a = 1
}
locals {
 a = 2
}
variable "v" {}
variable "v" {}
"#
    .to_owned()
        + GROUP
        + GROUP;
    let root = root(&[("main.tf", &text)]);
    assert_eq!(root.codes(), ["duplicate", "duplicate", "duplicate"]);
    assert_eq!(root.addresses(), ["azurerm_resource_group.g"]);
}

#[test]
fn steps_are_bounded_by_the_options() {
    let options = Options::default();
    let limits =
        cmklint_terraform::Limits { budget: cmklint_graph::Budget { steps: 100, bytes: 1 << 20 }, ..options.limits };
    let options = Options { limits, ..Options::default() };
    let text = r#"resource "azurerm_managed_disk" "d" {
 for_each = toset([for i in range(1000) : "n${i}"])
 name = each.key
}
"#;
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
        let text = format!(
            r#"variable "x" {{}}
resource "azurerm_managed_disk" "d" {{
 name = {value}
}}
"#
        );
        assert_eq!(root(&[("main.tf", &text)]).addresses().len(), 1);
    }
}

#[test]
fn what_a_call_would_make_is_paid_before() {
    let started = std::time::Instant::now();
    // As one of many, so that it is cut early.
    let options = Options::default();
    options.deployments.store(50, std::sync::atomic::Ordering::Relaxed);
    let root = |files: &[(&str, &str)]| root_with(files, &options, &[]);
    for name in [
        "indent(9007199254740993, \"a\")",
        "length(indent(9007199254740993, \"a\\nb\"))",
        "length([for i in range(1000) : indent(100000000, \"a\\nb\")])",
        "length({for i in concat([for i in range(40) : [for j in range(1000) : \"${i}-${j}\"]]...) : \"a\" => i...})",
        "length([for i in range(1000) : join(join(\"\", [for j in range(1000) : \"abcdefghijklmnopqrst\"]), range(1000))])",
        "length([for i in range(1000) : setproduct(range(1000), range(1000), range(1000))])",
        "length([for i in range(1000) : split(\"\", join(\"\", [for j in range(1000) : \"abcdefghijklmnopqrst\"]))])",
        "length([for i in range(1000) : replace(join(\"\", range(1000)), \"\", join(\"\", range(1000)))])",
        "length([for i in range(1000) : format(join(\"\", [for j in range(1000) : \"%1000d\"]), range(1000)...)])",
        "length([for i in range(1000) : [for j in range(1000) : [for k in range(1000) : k]]])",
    ] {
        let text = format!("resource \"azurerm_managed_disk\" \"d\" {{\n name = {name}\n}}\n");
        let root = root(&[("main.tf", &text)]);
        assert_eq!(root.addresses(), ["azurerm_managed_disk.d"], "{name}");
    }
    let itself = "%{ for i in range(100) }${templatefile(\"t.tpl\", { a = 1 })}%{ endfor }";
    let text = "resource \"azurerm_managed_disk\" \"d\" {\n name = templatefile(\"t.tpl\", { a = 1 })\n}\n";
    let root = root(&[("main.tf", text), ("t.tpl", itself)]);
    assert_eq!(root.addresses(), ["azurerm_managed_disk.d"]);
    assert!(started.elapsed().as_secs() < 300, "{:?}", started.elapsed());
}

#[test]
fn roots_of_one_run_share_its_budget() {
    let text = "locals {\n n = length([for i in range(1000) : [for j in range(1000) : [for k in range(1000) : k]]])\n}\n\
                resource \"azurerm_managed_disk\" \"d\" {\n name = \"${local.n}\"\n}\n";
    let options = Options::default();
    options.deployments.store(1_000, std::sync::atomic::Ordering::Relaxed);
    let root = root_with(&[("main.tf", text)], &options, &[]);
    assert_eq!(root.codes(), ["too-complex"]);
}

#[test]
fn a_file_of_variables_that_is_named_often_costs_what_it_costs_once() {
    let files = [("main.tf", "variable \"y\" {}\n"), ("a.tfvars", "y = [for i in range(1000) : i]\n")];
    let left = |times: usize| {
        let options = Options { var_files: vec!["a.tfvars".to_owned(); times], ..Options::default() };
        root_with(&files, &options, &[]).lowered.left
    };
    assert!(left(1) < left(0), "it costs something");
    assert!((left(1) - left(1_000)).abs() < 1e-9);
}

#[test]
fn of_files_of_variables_the_one_that_is_named_last_counts() {
    let disk = "variable \"y\" {}\nresource \"azurerm_managed_disk\" \"d\" {\n name = var.y\n}\n";
    let files = [("main.tf", disk), ("a.tfvars", "y = \"a\"\n"), ("b.tfvars", "y = \"b\"\n")];
    let options = |names: &[&str]| Options {
        var_files: names.iter().map(|name| format!("{name}.tfvars")).collect(),
        ..Options::default()
    };
    for (names, last) in [(&["a", "b"][..], "b"), (&["a", "b", "a"], "a"), (&["b", "a", "a", "b"], "b")] {
        let root = root_with(&files, &options(names), &[]);
        assert_eq!(root.resource("azurerm_managed_disk.d").names[0].as_str(), Some(last), "{names:?}");
    }
}

#[test]
fn a_template_is_read_once_for_all_instances() {
    let template = "x".repeat(20_000) + "${i}";
    let used = |count: usize| {
        let text = format!(
            "resource \"azurerm_managed_disk\" \"d\" {{\n count = {count}\n name = templatefile(\"t.tpl\", {{ i = count.index }})\n}}\n"
        );
        let root = root(&[("main.tf", &text), ("t.tpl", &template)]);
        let name = |at: usize| root.resource(&format!("azurerm_managed_disk.d[{at}]")).names[0].clone();
        assert!((0..count).all(|at| name(at).as_str().is_some_and(|name| name.ends_with(&format!("x{at}")))));
        1.0 - root.lowered.left
    };
    assert!(used(100) < 60.0 * used(1), "{} {}", used(100), used(1));
}
