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
        ("env-vars/prod.tfvars", "main.tf"),
        ("settings/prod.tfvars", "main.tf"),
        ("workspaces/prod.tfvars", "main.tf"),
        ("stages/prod.tfvars", "main.tf"),
        ("deployments/prod/terraform.tfvars", "main.tf"),
        (".env/prod.tfvars", "main.tf"),
        ("prod/terraform.tfvars", "main.tf"),
        ("infra/tfvars/prod.tfvars", "infra/keys/main.tf"),
        ("infra/env/prod/keys.tfvars", "infra/stacks/keys/main.tf"),
        ("vars/prod/westeurope.tfvars", "main.tf"),
        ("environments/prod/main.tfvars.json", "infra/main.tf"),
        ("infra/environments/prod/variables.tfvars", "infra/terraform/main.tf"),
        ("terraform/env-config/prod.tfvars", "terraform/main.tf"),
        ("tf-vars/prod.tfvars", "main.tf"),
        ("infra/live/prod/terraform.tfvars", "infra/main.tf"),
    ] {
        let text = if file.ends_with("json") { "{ \"kind\": \"EC\" }" } else { EC };
        let one = found(&[(at, &root), (file, text)]);
        assert_eq!(one, [format!("{file}:1 CMK001")], "{file}");
        let out = Tree::new(&[(at, root.as_str()), (file, text)]).run(&["."]).out;
        assert!(out.contains(&format!("{at}:18:")), "{file}: {out}");
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
    assert_eq!(named, ["tfvars/b/prod.tfvars:1 CMK001"]);
}

#[test]
fn variables_beside_a_module_or_far_from_any_root_are_for_none() {
    let root = root();
    let call = r#"module "m" {
  source = "./modules/m"
}
variable "kind" {}
"#;
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
    assert_eq!(together, ["env/prod/b.tfvars:1 CMK001"]);
    let apart =
        [("main.tf", root.as_str()), ("env/prod/a.tfvars", x), ("env/prod/b.tfvars", "kind = \"y\"\nname = \"EC\"\n")];
    assert_eq!(found(&apart), [""; 0]);
    // What Terraform takes by itself is in each set.
    let with_own = [("main.tf", root.as_str()), ("terraform.tfvars", x), ("env/prod/b.tfvars", "name = \"EC\"\n")];
    assert_eq!(found(&with_own), ["env/prod/b.tfvars:1 CMK001"]);
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

#[test]
fn a_script_that_names_a_file_for_one_of_two_roots_decides() {
    let root = root();
    let files = |name: &'static str, script: &'static str| -> Vec<(&'static str, String)> {
        vec![
            ("infra/keys/main.tf", root.clone()),
            ("infra/vaults/main.tf", root.clone()),
            ("settings/prod.tfvars", EC.to_owned()),
            (name, script.to_owned()),
        ]
    };
    let tree = |name, script| {
        let files = files(name, script);
        Tree::new(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(
        tree("README.md", "cd infra/keys; terraform plan -var-file=../../settings/prod.tfvars").found(&[]),
        Vec::<String>::new()
    );
    for (name, script) in [
        ("Makefile", "plan:\n\tterraform -chdir=infra/keys plan -var-file=../../settings/$(ENV).tfvars\n"),
        (
            "scripts/plan.sh",
            r#"cd "$ROOT/infra/keys"
terraform plan \
  -var-file "../../settings/prod.tfvars"
"#,
        ),
        (
            "azure-pipelines.yml",
            r#"- task: TerraformTaskV4@4
  inputs:
    workingDirectory: $(Build.SourcesDirectory)/infra/keys
    commandOptions: -var-file="$(Build.SourcesDirectory)/settings/prod.tfvars" -no-color
"#,
        ),
        (
            ".github/workflows/plan.yml",
            r"    working-directory: infra/keys
    steps:
      - run: terraform plan -var-file=../../settings/${{ matrix.env }}.tfvars
",
        ),
        (
            ".gitlab-ci.yml",
            r"plan:
  script:
    - cd infra/keys && terraform plan -var-file ../../settings/prod.tfvars
",
        ),
    ] {
        let tree = tree(name, script);
        assert_eq!(tree.found(&[]), ["settings/prod.tfvars:1 CMK001"], "{name}");
        let out = tree.run(&[]).out;
        assert!(out.contains("infra/keys/main.tf:18:"), "{name}: {out}");
        let said = format!("{name}:{}", script.lines().position(|line| line.contains("-var-file")).unwrap() + 1);
        assert!(out.contains(&said) && out.contains("by -var-file"), "{name}: {out}");
    }
}

#[test]
fn a_script_that_names_one_file_for_two_roots_decides_nothing() {
    let root = root();
    let tree = Tree::new(&[
        ("infra/keys/main.tf", root.as_str()),
        ("infra/vaults/main.tf", root.as_str()),
        ("settings/prod.tfvars", EC),
        ("Makefile", "plan:\n\tterraform plan -var-file=../../settings/prod.tfvars\n"),
    ]);
    assert_eq!(tree.found(&[]), Vec::<String>::new());
    assert!(tree.run(&[]).out.contains("1 variable file of no root"), "{}", tree.run(&[]).out);
    // What leads out of the tree is nothing.
    tree.write("Makefile", b"plan:\n\tterraform -chdir=infra/keys plan -var-file=../../../settings/prod.tfvars\n");
    assert_eq!(tree.found(&[]), Vec::<String>::new());
}

/// A root with an EC key where one file gives `kind = "x"`, and another the name.
fn two_inputs() -> String {
    root().replace("var.kind", "var.kind == \"x\" ? var.name : \"RSA\"")
}

#[test]
fn several_files_of_one_command_are_one_set_in_its_order() {
    let root = two_inputs();
    let (kind, name) = ("kind = \"x\"\n", "name = \"EC\"\n");
    for (script, text, at, first, second) in [
        (
            "Makefile",
            "\tterraform plan -var-file=common.tfvars -var-file=prod.tfvars\n",
            "main.tf",
            "common.tfvars",
            "prod.tfvars",
        ),
        (
            "plan.sh",
            "terraform -chdir=infra plan \\\n  -var-file=env/common.tfvars \\\n  -var-file=\"env/$ENV.tfvars\"\n",
            "infra/main.tf",
            "infra/env/common.tfvars",
            "infra/env/prod.tfvars",
        ),
        (
            ".github/workflows/plan.yml",
            "working-directory: stacks/app\nrun: >-\n  terraform plan\n  -var-file=../../global.tfvars\n  -var-file=env/${{ matrix.env }}/app.tfvars\n",
            "stacks/app/main.tf",
            "global.tfvars",
            "stacks/app/env/prod/app.tfvars",
        ),
        (
            "run.py",
            "args = [\n  \"plan\",\n  \"-var-file=vars/common.tfvars\",\n  \"-var-file=vars/prod.tfvars\",\n]\n",
            "main.tf",
            "vars/common.tfvars",
            "vars/prod.tfvars",
        ),
    ] {
        let tree = Tree::new(&[(script, text), (at, &root), (first, kind), (second, name)]);
        assert_eq!(tree.found(&["."]), [format!("{second}:1 CMK001")], "{script}");
        let ran = tree.run(&["."]);
        assert!(!ran.out.contains("When:") && ran.out.contains("1 environment"), "{script}: {}", ran.out);
    }
    // The later file wins.
    let rsa = "kind = \"x\"\nname = \"RSA\"\n";
    for (order, count) in [("-var-file=a.tfvars -var-file=b.tfvars", 1), ("-var-file=b.tfvars -var-file=a.tfvars", 0)] {
        let script = format!("terraform plan {order}\n");
        let files = [
            ("Makefile", script.as_str()),
            ("main.tf", &root),
            ("a.tfvars", rsa),
            ("b.tfvars", "kind = \"x\"\nname = \"EC\"\n"),
        ];
        assert_eq!(found(&files).len(), count, "{order}");
    }
}

#[test]
fn one_variable_in_two_paths_stands_for_one_thing() {
    let root = two_inputs();
    let tree = Tree::new(&[
        ("Makefile", "plan:\n\tterraform plan -var-file=env/$(ENV)/a.tfvars -var-file=env/$(ENV)/b.tfvars\n"),
        ("main.tf", root.as_str()),
        ("env/dev/a.tfvars", "kind = \"x\"\n"),
        ("env/dev/b.tfvars", "name = \"RSA\"\n"),
        ("env/prod/a.tfvars", "kind = \"y\"\n"),
        ("env/prod/b.tfvars", "name = \"EC\"\n"),
    ]);
    assert_eq!(tree.found(&["."]), [""; 0]);
}

#[test]
fn a_file_that_a_command_names_and_that_is_not_there_hides_none_of_the_others() {
    let root = root();
    let script = "terraform plan -var-file=prod.tfvars -var-file=secrets.tfvars\n";
    assert_eq!(found(&[("Makefile", script), ("main.tf", &root), ("prod.tfvars", EC)]), ["prod.tfvars:1 CMK001"]);
    let tree = Tree::new(&[("main.tf", root.as_str())]);
    let ran = tree.run(&["--var-file", "nope.tfvars"]);
    assert!(ran.code == 1 && ran.err.contains("nope.tfvars"), "{}", ran.err);
}
