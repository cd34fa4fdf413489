//! Names of folders that hold inputs.

use cmklint_source::{file_name, parent};

/// Words of the names of folders that hold the inputs of several environments, or of a root that is above or beside them: at least one of these,
const SAY_INPUTS: [&str; 37] = [
    "cfg",
    "cfgs",
    "conf",
    "config",
    "configs",
    "configuration",
    "configurations",
    "deployments",
    "env",
    "environment",
    "environments",
    "envs",
    "envvars",
    "bicepparam",
    "bicepparams",
    "inputs",
    "param",
    "parameter",
    "parameterfiles",
    "parameters",
    "paramfiles",
    "params",
    "setting",
    "settings",
    "stages",
    "tfvar",
    "tfvars",
    "values",
    "var",
    "varfiles",
    "variable",
    "variables",
    "vars",
    "workspace",
    "workspaces",
    "stage",
    "tenants",
];

/// and beside them these.
const SAY_NOTHING: [&str; 9] = ["arm", "azure", "bicep", "file", "files", "infra", "sets", "terraform", "tf"];

/// The most folders between a file of inputs and the topmost folder for inputs.
const DEPTH: usize = 3;

/// Whether a folder of this name holds inputs.
pub(crate) fn is_for_inputs(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut says = false;
    name.split(['-', '_', '.']).filter(|word| !word.is_empty()).all(|word| {
        let is_input = SAY_INPUTS.contains(&word);
        says |= is_input;
        is_input || SAY_NOTHING.contains(&word)
    }) && says
}

/// The folder that contains the root for the inputs in the folder at `path`, or one above it: the parent of the topmost folder for inputs, or for one
/// environment, among the last ones of the path; else the folder itself.
pub(crate) fn home(path: &str) -> &str {
    let (mut home, mut at) = (path, path);
    for _ in 0..DEPTH {
        if at.is_empty() {
            break;
        }
        if is_for_inputs(file_name(at)) || cmklint_graph::is_stage(file_name(at)) {
            home = parent(at);
        }
        at = parent(at);
    }
    home
}

/// The names of the folders that distinguish the environments' inputs in the folder at `path`, seen from a root in the folder at `root`: those below the
/// nearest folder for inputs, without such folders at the end (`config/prod/weu`, `config/prod/weu/parameters`); only one where no folder's name says that it is for
/// inputs.
pub(crate) fn environment(path: &str, root: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut at = path;
    while !at.is_empty() && at != root {
        let name = file_name(at);
        match (is_for_inputs(name), names.is_empty()) {
            (true, true) => {}
            (true, false) => return names.into_iter().rev().collect::<Vec<_>>().join("-").to_lowercase(),
            (false, _) => names.push(name),
        }
        at = parent(at);
    }
    match names.first() {
        Some(nearest) if path != root => nearest.to_lowercase(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name_say_that_a_folder_is_for_inputs() {
        for name in ["env", ".env", "tf-vars", "env_config", "parameter-files", "Terraform.TfVars", "workspace_vars"] {
            assert!(is_for_inputs(name), "{name}");
        }
        for name in ["", "-", "terraform", "tf-files", "env-network", "app", "my-config"] {
            assert!(!is_for_inputs(name), "{name}");
        }
    }

    #[test]
    fn the_home_of_inputs_is_above_their_folders() {
        for (path, at) in [
            ("", ""),
            ("a", "a"),
            ("a/parameters", "a"),
            ("a/config/prod", "a"),
            ("a/config/prod/westeurope", "a"),
            ("a/prod", "a"),
            ("a/prod/params", "a"),
            ("parameterFiles", ""),
            ("config/a/b/c", "config/a/b/c"),
        ] {
            assert_eq!(home(path), at, "{path}");
        }
    }

    #[test]
    fn folders_tell_the_environment() {
        for (path, root, name) in [
            ("a", "a", ""),
            ("a/parameters", "a", ""),
            ("a/config/Prod", "a", "prod"),
            ("a/config/prod/weu", "a", "prod-weu"),
            ("a/env/prod/weu/parameters", "a", "prod-weu"),
            ("a/prod/params", "a", "prod"),
            ("a/x/prod", "a", "prod"),
            ("environments/prod", "terraform", "prod"),
        ] {
            assert_eq!(environment(path, root), name, "{path}");
        }
    }
}
