//! What the terraform binary itself writes. `terraform_data` needs no provider, so plans of it can be made anywhere.

use std::process::Command;

use cmklint_graph::DeploymentId;
use cmklint_source::{DiskLoader, Sources};
use cmklint_terraform::Options;
use cmklint_terraform::plan::{Document, DocumentKind, PlanRequest, RootFolder};

const MAIN: &str = r#"
variable "n" { default = 2 }

resource "terraform_data" "a" {
  count = var.n
  input = "x${count.index}"
}

resource "terraform_data" "b" {
  for_each = toset(["k1", "k2"])
  input    = { id = terraform_data.a[0].id, l = [1, each.key] }
}

module "m" {
  source = "./m"
  v      = terraform_data.b["k1"].id
}
"#;

const MODULE: &str = r#"variable "v" {}
resource "terraform_data" "c" { input = var.v }
"#;

fn terraform(dir: &std::path::Path, args: &[&str]) -> Option<String> {
    let output = Command::new("terraform").current_dir(dir).args(args).env("CHECKPOINT_DISABLE", "1").output().ok()?;
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn plans_and_states_of_the_real_binary_are_read_without_a_word() {
    let dir = tempfile::TempDir::new().unwrap();
    let root = dir.path();
    std::fs::create_dir(root.join("m")).unwrap();
    std::fs::write(root.join("main.tf"), MAIN).unwrap();
    std::fs::write(root.join("m/main.tf"), MODULE).unwrap();
    let Some(_) = terraform(root, &["init", "-input=false"]) else {
        return; // no terraform here
    };
    terraform(root, &["plan", "-out=p", "-input=false"]).unwrap();
    std::fs::write(root.join("plan.json"), terraform(root, &["show", "-json", "p"]).unwrap()).unwrap();
    terraform(root, &["apply", "-input=false", "p"]).unwrap();
    std::fs::write(root.join("state.json"), terraform(root, &["show", "-json"]).unwrap()).unwrap();

    let sources = Sources::new(DiskLoader::new(root, u64::MAX).unwrap());
    let options = Options::default();
    for (name, kind) in [
        ("plan.json", DocumentKind::Plan),
        ("state.json", DocumentKind::State),
        ("terraform.tfstate", DocumentKind::StateFile),
    ] {
        let file = sources.load(name).unwrap();
        let document = Document::read(&file).unwrap();
        assert_eq!(document.kind(), kind, "{name}");
        let folders = [String::new(), "m".to_owned()];
        assert_eq!(document.root(&folders, &sources, &options), RootFolder::Found(String::new()), "{name}");
        let diagnostics = match kind {
            DocumentKind::Plan => {
                let plan = document.plan(&request(&sources, &options));
                assert!(plan.moved.is_empty() && plan.replaced.is_empty());
                plan.diagnostics
            }
            _ => document.state(&sources, &options, DeploymentId(0)).diagnostics,
        };
        assert_eq!(diagnostics, [], "{name}");
    }
}

#[test]
fn a_move_of_the_real_binary_is_reported_and_what_stood_before_has_its_old_address() {
    let dir = tempfile::TempDir::new().unwrap();
    let root = dir.path();
    std::fs::write(root.join("main.tf"), "resource \"terraform_data\" \"old\" { input = 1 }\n").unwrap();
    let Some(_) = terraform(root, &["init", "-input=false"]) else { return };
    terraform(root, &["apply", "-input=false", "-auto-approve"]).unwrap();
    let moved = r#"resource "terraform_data" "new" {
  for_each = { k = 2 }
  input = each.value
  triggers_replace = 7
}
moved {
  from = terraform_data.old
  to = terraform_data.new["k"]
}
"#;
    std::fs::write(root.join("main.tf"), moved).unwrap();
    terraform(root, &["plan", "-out=p", "-input=false"]).unwrap();
    std::fs::write(root.join("plan.json"), terraform(root, &["show", "-json", "p"]).unwrap()).unwrap();
    let sources = Sources::new(DiskLoader::new(root, u64::MAX).unwrap());
    let file = sources.load("plan.json").unwrap();
    let document = Document::read(&file).unwrap();
    let plan = document.plan(&request(&sources, &Options::default()));
    assert_eq!(plan.diagnostics, []);
    assert_eq!(plan.moved, [("terraform_data.old".to_owned(), "terraform_data.new[\"k\"]".to_owned())]);
    assert_eq!(plan.replaced, ["terraform_data.new[\"k\"]"]);
}

fn request<'a>(sources: &'a Sources, options: &'a Options) -> PlanRequest<'a> {
    PlanRequest { root: Some(""), sources, options, after: DeploymentId(0), before: DeploymentId(1) }
}
