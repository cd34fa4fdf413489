//! Terraform's relatives as a user meets them: OpenTofu, Terragrunt, plans and states.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

#[test]
fn open_tofus_own_file_is_read_and_the_one_it_stands_for_is_not() {
    let tree = Tree::new(&[("main.tofu", EC_KEY), ("main.tf", EC_KEY)]);
    assert_eq!(tree.found(&[]), ["main.tofu:18 CMK001"]);
    assert!(tree.run(&["--verbose"]).err.contains("OpenTofu's own file of this name"));
}

#[test]
fn tests_and_stacks_are_passed_over_with_a_note() {
    let broken = "this is = { no configuration";
    let tree = Tree::new(&[
        ("main.tf", EC_KEY),
        ("main.tftest.hcl", broken),
        ("a.tftest.json", broken),
        ("b.tofutest.hcl", broken),
        ("c.tfcomponent.hcl", broken),
        ("d.tfdeploy.hcl", broken),
        ("e.tfstack.hcl", broken),
    ]);
    assert_eq!(tree.found(&[]), ["main.tf:18 CMK001"]);
    let quiet = tree.run(&[]);
    assert_eq!((quiet.code, quiet.err.contains("not read")), (2, false));
    let ran = tree.run(&["--verbose"]);
    assert_eq!(ran.err.matches("not read: it is").count(), 6, "{}", ran.err);
}

#[test]
fn a_unit_of_terragrunt_is_the_root_and_its_module_is_none() {
    let module = EC_KEY.replace("\"westeurope\"", "var.location").replace("\"EC\"", "var.kind");
    let module = format!("{module}variable \"location\" {{}}\nvariable \"kind\" {{ default = \"EC\" }}\n");
    let unit = |kind: &str| {
        format!(
            "include \"root\" {{\n  path = find_in_parent_folders(\"root.hcl\")\n}}\nterraform {{\n  source = \"../../modules//key\"\n}}\n\
             inputs = {{\n  kind = \"{kind}\"\n}}\n"
        )
    };
    let root = "inputs = {\n  location = \"westeurope\"\n}\n";
    let tree = Tree::new(&[
        ("live/root.hcl", root.to_owned()),
        ("live/good/terragrunt.hcl", unit("RSA")),
        ("modules/key/main.tf", module),
    ]);
    // The module's own default is not what is deployed.
    assert!(tree.found(&[]).is_empty(), "{:?}", tree.run(&[]).out);
    tree.write("live/bad/terragrunt.hcl", unit("EC").as_bytes());
    assert_eq!(tree.found(&[]), ["modules/key/main.tf:18 CMK001"]);
    let ran = tree.run(&["--format", "default"]);
    assert!(ran.out.contains("live/bad/terragrunt.hcl"), "{}", ran.out);
}
