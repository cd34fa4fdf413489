//! The variable files of a root. <https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files>

use std::sync::Arc;

use cmklint_source::{Sources, Span};

/// One set of inputs of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instantiation {
    /// The environment's name; empty where the inputs are those that Terraform loads automatically.
    pub label: String,
    /// Paths of the variable files in the tree, in order: the later one wins.
    pub tfvars: Vec<String>,
    /// The values that a command gives beside the files.
    pub values: Vec<CommandValue>,
}

/// The value that a command gives a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandValue {
    /// The variable's name.
    pub name: Arc<str>,
    /// The text; `None` where only a run of the command knows it.
    pub text: Option<Arc<str>>,
    /// Where it is written.
    pub span: Span,
    /// How it is given.
    pub by: GivenBy,
}

/// How a command gives a variable a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenBy {
    /// By the environment: `TF_VAR_NAME`, which files and flags take precedence over.
    Environment,
    /// By `-var`, which takes precedence over files.
    Flag,
}

/// Names of folders that hold the files of environments.
const FOLDERS: [&str; 6] = ["tfvars", "env", "envs", "environments", "vars", "config"];

/// The sets of inputs of the root `dir`. Files that Terraform loads automatically (`terraform.tfvars`, `*.auto.tfvars`) are in each;
/// every other variables file, in the folder or in one for environments below it, is an environment of its own. Without
/// environments, or with files that Terraform loads automatically, there is one set of these alone.
#[must_use]
pub fn instantiations(dir: &str, sources: &Sources) -> Vec<Instantiation> {
    let mut own = Vec::new();
    let mut automatic = Vec::new();
    let mut environments = Vec::new();
    for name in sources.files_in(dir) {
        let Some(stem) = stem(&name) else { continue };
        let path = path_in(dir, &name);
        if stem == "terraform" {
            own.push(path);
        } else if stem.ends_with(".auto") {
            automatic.push(path);
        } else {
            environments.push((stem.to_owned(), path));
        }
    }
    for folder in FOLDERS {
        let folder = path_in(dir, folder);
        for name in sources.files_in(&folder) {
            if let Some(stem) = stem(&name) {
                environments.push((stem.to_owned(), path_in(&folder, &name)));
            }
        }
    }
    own.extend(automatic);
    let mut out = Vec::new();
    if environments.is_empty() || !own.is_empty() {
        out.push(Instantiation { label: String::new(), tfvars: own.clone(), values: Vec::new() });
    }
    for (label, path) in environments {
        let tfvars = own.iter().cloned().chain([path]).collect();
        out.push(Instantiation { label, tfvars, values: Vec::new() });
    }
    out
}

fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".tfvars").or_else(|| name.strip_suffix(".tfvars.json")).filter(|s| !s.is_empty())
}

fn path_in(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_source::MemoryLoader;

    fn of(paths: &[&str]) -> Vec<(String, Vec<String>)> {
        let sources = Sources::new(MemoryLoader::new(paths.iter().map(|p| (*p, ""))));
        instantiations("r", &sources).into_iter().map(|i| (i.label, i.tfvars)).collect()
    }

    fn set(label: &str, tfvars: &[&str]) -> (String, Vec<String>) {
        (label.to_owned(), tfvars.iter().map(|p| (*p).to_owned()).collect())
    }

    #[test]
    fn a_root_without_files_has_one_set_of_inputs() {
        assert_eq!(of(&["r/main.tf"]), [set("", &[])]);
    }

    #[test]
    fn files_that_terraform_takes_by_itself_come_in_its_order() {
        let found = of(&["r/b.auto.tfvars", "r/a.auto.tfvars.json", "r/terraform.tfvars"]);
        assert_eq!(found, [set("", &["r/terraform.tfvars", "r/a.auto.tfvars.json", "r/b.auto.tfvars"])]);
    }

    #[test]
    fn each_other_file_is_an_environment() {
        let found = of(&["r/main.tf", "r/dev.tfvars", "r/env/prod.tfvars"]);
        assert_eq!(found, [set("dev", &["r/dev.tfvars"]), set("prod", &["r/env/prod.tfvars"])]);
        let found = of(&["r/terraform.tfvars", "r/dev.tfvars"]);
        assert_eq!(found, [set("", &["r/terraform.tfvars"]), set("dev", &["r/terraform.tfvars", "r/dev.tfvars"])]);
    }
}
