//! What many roots, sets of inputs and instances have together is made once, and asked for within bounds.

mod common;

use std::fmt::Write as _;
use std::sync::Arc;

use cmklint_graph::{Budget, DeploymentId, Value};
use cmklint_source::{Diagnostic, MemoryLoader, Sources};
use cmklint_terraform::terragrunt::lower;
use cmklint_terraform::{FromOtherRoots, Limits, Lowered, Options, Root};

const DISK: &str =
    "resource \"azurerm_managed_disk\" \"d\" {\n name = \"d\"\n location = var.x\n}\nvariable \"x\" {}\n";

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut out, at| {
        let _ = writeln!(out, "{}", line(at));
        out
    })
}

fn location(lowered: &Lowered) -> Option<&str> {
    lowered.deployment.resources[0].location.as_str()
}

#[test]
fn what_a_file_gives_and_what_is_wrong_with_it_is_one_list_for_all_sets_of_inputs() {
    let common = format!("{}x = \"westus\"\n", lines(200, |at| format!("u{at} = \"a\"")));
    let sources = Sources::new(MemoryLoader::new([
        ("main.tf", DISK),
        ("terraform.tfvars", &common),
        ("a.tfvars", "x = \"uksouth\"\n"),
        ("b.tfvars", "y = 1\n"),
    ]));
    let options = Options::default();
    let lowered = |own: &str| {
        let files = ["terraform.tfvars".to_owned(), own.to_owned()];
        Root::new("", &sources, &options).with_tfvars(&files).lower(DeploymentId(0))
    };
    let (a, b) = (lowered("a.tfvars"), lowered("b.tfvars"));
    assert_eq!((location(&a), location(&b)), (Some("uksouth"), Some("westus")));
    let shared = |lowered: &Lowered| -> Arc<[Diagnostic]> { Arc::clone(&lowered.shared_diagnostics[0]) };
    assert!(Arc::ptr_eq(&shared(&a), &shared(&b)));
    assert_eq!(shared(&a).iter().filter(|d| d.code == "undeclared-variable").count(), 200);
    assert!(a.diagnostics.is_empty(), "{:?}", a.diagnostics);
    // Few are told by each.
    assert_eq!(b.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["undeclared-variable"]);
}

#[test]
fn a_file_has_other_values_where_the_root_or_the_place_that_names_it_is_another() {
    let sources = Sources::new(MemoryLoader::new([
        ("a/main.tf", DISK),
        ("b/main.tf", "variable \"x\" {\n default = \"westus\"\n}\nvariable \"y\" {}\n"),
        ("b/d.tf", "resource \"azurerm_managed_disk\" \"d\" {\n name = var.y\n location = var.x\n}\n"),
        ("c.tfvars", "x = \"uksouth\"\ny = upper(\"n\")\n"),
    ]));
    let options = Options { var_files: vec!["c.tfvars".to_owned()], ..Options::default() };
    let [a, b] = ["a", "b"].map(|dir| Root::new(dir, &sources, &options).lower(DeploymentId(0)));
    assert_eq!((location(&a), location(&b)), (Some("uksouth"), Some("uksouth")));
    assert_eq!(b.deployment.resources[0].names[0].as_str(), Some("N"));
    assert!(a.diagnostics.is_empty() && b.diagnostics.is_empty());
}

#[test]
fn the_order_of_nodes_takes_no_more_than_what_they_need() {
    let unused = lines(3000, |at| format!("locals {{\n l{at} = [var.x, var.x, local.l{}]\n}}", at + 1));
    let text = format!("{DISK}{unused}");
    let sources = Sources::new(MemoryLoader::new([("main.tf", text.as_str())]));
    let limits = Limits { budget: Budget { steps: 2000, bytes: 1 << 20 }, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let lowered = Root::new("", &sources, &options).lower(DeploymentId(0));
    assert!(lowered.deployment.order.is_some());
    assert!(lowered.left > 0.5, "{}", lowered.left);
}

#[test]
fn a_long_path_in_a_repository_is_looked_for_within_bounds() {
    let source = format!("git::https://h.x/o/r.git//{}modules/disk", "a/".repeat(500));
    let calls = lines(40, |at| format!("module \"m{at}\" {{\n source = \"{source}{at}\"\n x = \"westus\"\n}}"));
    let deep = format!("{}main.tf", "b/".repeat(60));
    let sources = Sources::new(MemoryLoader::new([
        (deep.as_str(), calls.as_str()),
        ("main.tf", "module \"m\" {\n source = \"git::https://h.x/o/r.git//live/modules/disk\"\n x = \"westus\"\n}\n"),
        ("modules/disk/main.tf", DISK),
    ]));
    let options = Options::default();
    assert!(cmklint_terraform::calls(deep.trim_end_matches("/main.tf"), &sources, &options.cache).is_empty());
    let asked = sources.looked_for().len();
    assert!((100..10_000).contains(&asked), "{asked}");
    assert_eq!(cmklint_terraform::calls("", &sources, &options.cache), ["modules/disk"]);
    assert_eq!(location(&Root::new("", &sources, &options).lower(DeploymentId(3))), Some("westus"));
    // Asked again, it costs nothing.
    let before = sources.looked_for().len();
    assert!(cmklint_terraform::remote_calls("", &sources, &options.cache).is_empty());
    assert_eq!(sources.looked_for().len(), before);
}

/// The unit `u` with these files.
fn unit(files: &[(&str, &str)], others: &FromOtherRoots) -> Lowered {
    let sources = Sources::new(MemoryLoader::new(files.iter().copied()));
    lower("u/terragrunt.hcl", &sources, &Options::default(), DeploymentId(0), others)
}

#[test]
fn written_inputs_of_an_include_are_the_same_as_those_that_have_to_be_evaluated() {
    let child = |inputs: &str| {
        format!("include \"r\" {{\n path = \"../root.hcl\"\n}}\nterraform {{\n source = \"../m\"\n}}\n{inputs}")
    };
    let seen = |root: &str, inputs: &str| {
        let lowered = unit(
            &[("root.hcl", root), ("u/terragrunt.hcl", &child(inputs)), ("m/main.tf", DISK)],
            &FromOtherRoots::default(),
        );
        let steps = lowered.deployment.resources[0].location.trail.steps().map(|step| step.kind).collect::<Vec<_>>();
        (location(&lowered).map(str::to_owned), steps, lowered.diagnostics.len())
    };
    let written = "inputs = {\n x = \"westus\"\n other = { a = [1] }\n}\n";
    let evaluated = "inputs = {\n x = \"westus\"\n other = upper(\"a\")\n}\n";
    for own in ["", "inputs = {\n x = \"uksouth\"\n}\n", "inputs = {\n y = 1\n}\n"] {
        assert_eq!(seen(written, own), seen(evaluated, own), "{own}");
    }
    assert_eq!(seen(written, "").0.as_deref(), Some("westus"));
    assert_eq!(seen(written, "inputs = {\n x = \"uksouth\"\n}\n").0.as_deref(), Some("uksouth"));
}

#[test]
fn of_generated_files_of_one_name_the_first_counts_whether_its_text_is_written_out_or_not() {
    let block = |label: &str, path: &str, text: &str| {
        format!("generate \"{label}\" {{\n path = \"{path}\"\n if_exists = \"overwrite\"\n contents = {text}\n}}\n")
    };
    let disk = |location: &str| {
        format!(
            "\"resource \\\"azurerm_managed_disk\\\" \\\"g\\\" {{\\n name = \\\"g\\\"\\n location = {location}\\n}}\""
        )
    };
    let many =
        lines(150, |at| block(&format!("v{at}"), &format!("v{at}.tf"), &format!("\"variable \\\"v{at}\\\" {{}}\"")));
    let unit_file = format!(
        "terraform {{\n source = \"../m\"\n}}\nlocals {{\n place = \"westus\"\n}}\ninputs = {{\n v7 = \"n\"\n}}\n{}{}{}{many}",
        block("a", "g.tf", &disk("\\\"${local.place}\\\"")),
        block("b", "./g.tf", &disk("\\\"uksouth\\\"")),
        block(
            "c",
            "h.tf",
            "\"resource \\\"azurerm_snapshot\\\" \\\"h\\\" {\\n name = var.v7\\n location = \\\"x\\\"\\n}\""
        ),
    );
    let lowered =
        unit(&[("u/terragrunt.hcl", &unit_file), ("m/main.tf", "variable \"x\" {}\n")], &FromOtherRoots::default());
    let all = &lowered.deployment.resources;
    assert_eq!(all.iter().map(|r| &*r.address).collect::<Vec<_>>(), ["azurerm_managed_disk.g", "azurerm_snapshot.h"]);
    assert_eq!((all[0].location.as_str(), all[1].names[0].as_str()), (Some("westus"), Some("n")));
}

#[test]
fn one_output_of_a_unit_is_read_without_the_others() {
    let outputs = (0..9000).map(|at| (Arc::from(format!("o{at}")), Value::string(format!("place{at}")))).collect();
    let others = FromOtherRoots { units: [("a".to_owned(), Arc::new(outputs))].into(), ..FromOtherRoots::default() };
    let unit_file = "terraform {\n source = \"../m\"\n}\ndependency \"d\" {\n config_path = \"../a\"\n}\ninputs = {\n x = dependency.d.outputs.o77\n}\n";
    let sources = Sources::new(MemoryLoader::new([("u/terragrunt.hcl", unit_file), ("m/main.tf", DISK)]));
    let limits = Limits { budget: Budget { steps: 9000, bytes: 1 << 20 }, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let lowered = lower("u/terragrunt.hcl", &sources, &options, DeploymentId(0), &others);
    assert_eq!(location(&lowered), Some("place77"));
    assert!(lowered.diagnostics.is_empty(), "{:?}", lowered.diagnostics);
}
