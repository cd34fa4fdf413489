//! Variable files of Terraform are found where people keep them; one that may be for two roots is for none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

/// A root whose key, on line 18, is of the kind `var.kind`.
fn root() -> String {
    EC_KEY.replace("\"EC\"", "var.kind") + "variable \"kind\" {}\nvariable \"name\" {}\n"
}

/// Another root, with other variables.
const OTHER: &str = "variable \"size\" {}\n";

/// The files that the findings are in.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    Tree::new(files).found(&["."])
}

const EC: &str = "kind = \"EC\"\n";
const RSA: &str = "kind = \"RSA\"\n";

#[test]
fn each_usual_place_of_an_environments_variables_is_known() {
    let root = root();
    for (file, at) in [
        ("env/prod/disks.auto.tfvars", "main.tf"),
        ("environments/prod/terraform.tfvars", "terraform/main.tf"),
        ("environments/prod.tfvars", "terraform/main.tf"),
        ("tfvars/prod/vars.tfvars", "main.tf"),
        ("tfvars/prod/westeurope/vars.tfvars.json", "main.tf"),
        ("config/prod/network.tfvars", "stacks/network/main.tf"),
        ("parameters/prod.tfvars", "main.tf"),
        ("prod/terraform.tfvars", "main.tf"),
        ("infra/tfvars/prod.tfvars", "infra/keys/main.tf"),
        ("infra/env/prod/keys.tfvars", "infra/stacks/keys/main.tf"),
    ] {
        let text = if file.ends_with("json") { "{ \"kind\": \"EC\" }" } else { EC };
        let one = found(&[(at, &root), (file, text)]);
        assert_eq!(one, [format!("{at}:18 CMK001")], "{file}");
        // Another root that has no such variables does not matter.
        let with_other = found(&[(at, &root), (file, text), ("other/main.tf", OTHER)]);
        assert_eq!(with_other, one, "{file}");
    }
}

#[test]
fn variables_that_may_be_for_two_roots_are_for_none() {
    let root = root();
    for (file, one, other) in [
        ("environments/prod/terraform.tfvars", "a/main.tf", "b/main.tf"),
        ("tfvars/prod.tfvars", "a/main.tf", "b/main.tf"),
    ] {
        let tree = Tree::new(&[(one, root.as_str()), (other, &root), (file, EC)]);
        assert_eq!(tree.found(&["."]), [""; 0], "{file}");
        let err = tree.run(&["--verbose"]).err;
        assert!(err.contains("it may be for each of these root modules: a, b"), "{file}: {err}");
    }
    // A name tells which.
    let named = found(&[("a/main.tf", &root), ("b/main.tf", &root), ("tfvars/b/prod.tfvars", EC)]);
    assert_eq!(named, ["b/main.tf:18 CMK001"]);
}

#[test]
fn variables_beside_a_module_or_far_from_any_root_are_for_none() {
    let root = root();
    let call = "module \"m\" {\n  source = \"./modules/m\"\n}\nvariable \"kind\" {}\n";
    for files in [
        [("main.tf", call), ("modules/m/main.tf", &root), ("modules/m/terraform.tfvars", EC)],
        [("a/main.tf", &root), ("b/c/d/prod.tfvars", EC), ("b/README.md", "")],
        [("main.tf", &root), ("env/prod/x.tfvars", "kin = \"EC\"\n"), ("README.md", "")],
    ] {
        let tree = Tree::new(&files);
        assert_eq!(tree.found(&["."]), [""; 0], "{files:?}");
        assert!(tree.run(&["--verbose"]).err.contains("no root module among the files goes with"), "{files:?}");
    }
}

#[test]
fn files_of_one_folder_are_one_set_where_they_set_different_variables_and_else_each_its_own() {
    let root = root().replace("var.kind", "var.kind == \"x\" ? var.name : \"RSA\"");
    let x = "kind = \"x\"\n";
    let together = found(&[("main.tf", &root), ("env/prod/a.tfvars", x), ("env/prod/b.tfvars", "name = \"EC\"\n")]);
    assert_eq!(together, ["main.tf:18 CMK001"]);
    let apart =
        [("main.tf", root.as_str()), ("env/prod/a.tfvars", x), ("env/prod/b.tfvars", "kind = \"y\"\nname = \"EC\"\n")];
    assert_eq!(found(&apart), [""; 0]);
    // What Terraform takes by itself is in each set.
    let with_own = [("main.tf", root.as_str()), ("terraform.tfvars", x), ("env/prod/b.tfvars", "name = \"EC\"\n")];
    assert_eq!(found(&with_own), ["main.tf:18 CMK001"]);
}

#[test]
fn two_environments_in_folders_are_each_checked() {
    let root = root();
    let tree = Tree::new(&[
        ("terraform/main.tf", root.as_str()),
        ("environments/dev/terraform.tfvars", RSA),
        ("environments/prod/terraform.tfvars", EC),
    ]);
    let out = tree.run(&["."]).out;
    assert!(out.matches("CMK001").count() == 1 && out.contains("environments/prod/terraform.tfvars"), "{out}");
}
