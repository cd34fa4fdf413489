//! Which environment a parameter file is for, by its path.

use cmklint_source::{file_name, parent};

use crate::analysis::folders;

/// The environment's name, empty where there is none: the rest of the file's name without the template's name and the words for parameters
/// (`main.prod.parameters.json` of `main.bicep` gives `prod`), else the folder's own name where the template is in another (`env/prod/main.bicepparam`).
#[must_use]
pub(crate) fn environment_of(parameters: &str, template: &str) -> String {
    let name = file_name(parameters).to_lowercase();
    let own = file_name(template).to_lowercase();
    let own = own.split('.').next().unwrap_or_default();
    let rest = match name.strip_prefix(own) {
        Some(rest) if rest.starts_with(['.', '-', '_']) => rest,
        _ => &name,
    };
    let said: Vec<&str> = rest
        .split(['.', '-', '_'])
        .filter(|word| !word.is_empty())
        .filter(|word| {
            !matches!(*word, "json" | "jsonc" | "bicepparam" | "parameters" | "parameter" | "params" | "param")
        })
        .collect();
    // `azuredeploy.parameters.json` beside `main.bicep` names no environment.
    if !said.is_empty() && said != ["azuredeploy"] && said != ["main"] {
        return said.join("-");
    }
    folders::environment(parent(parameters), parent(template))
}

#[cfg(test)]
mod tests {
    use super::environment_of;

    #[test]
    fn a_parameter_files_name_or_folder_tells_its_environment() {
        for (parameters, template, environment) in [
            ("a/azuredeploy.parameters.json", "a/azuredeploy.json", ""),
            ("a/main.bicepparam", "a/main.bicep", ""),
            ("a/main.prod.parameters.json", "a/main.bicep", "prod"),
            ("a/main.parameters.prod.json", "a/main.bicep", "prod"),
            ("a/main-prod-weu.bicepparam", "a/main.bicep", "prod-weu"),
            ("a/parameters/dev.bicepparam", "a/main.bicep", "dev"),
            ("a/parameters/main.bicepparam", "a/main.bicep", ""),
            ("a/env/Dev/main.bicepparam", "a/main.bicep", "dev"),
            ("a/config/prod/main.parameters.json", "a/main.bicep", "prod"),
            ("a/parameterFiles/hanaVm.parameters.json", "a/hanaVM.json", ""),
            ("a/vaults.dev.bicepparam", "a/vault.bicep", "vaults-dev"),
        ] {
            assert_eq!(environment_of(parameters, template), environment, "{parameters}");
        }
    }
}
