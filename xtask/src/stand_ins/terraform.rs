//! The names of the inputs of Terraform's modules that are known by their source.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::repository::repository;

/// The checked-in file, and the folder of the stand-ins, from the repository's root.
const DATA: &str = "crates/terraform/src/known/inputs.json";
const STAND_INS: &str = "crates/terraform/src/known";

/// Renews what is known of the inputs of the module `name`, whose files are in `checkout`; says which inputs its stand-in has that this version hasn't.
pub(super) fn run(checkout: &Path, name: &str, version: &str, date: &str) -> Result<()> {
    let root = repository()?;
    let stand_in = root.join(STAND_INS).join(format!("{name}.tf"));
    let Ok(stand_in) = std::fs::read_to_string(&stand_in) else { bail!("there is no stand-in for {name}") };
    let mut inputs = BTreeSet::new();
    for entry in std::fs::read_dir(checkout).with_context(|| format!("cannot read {}", checkout.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "tf") {
            inputs.extend(variables(&std::fs::read_to_string(&path)?));
        }
    }
    if inputs.is_empty() {
        bail!("{} declares no variables", checkout.display());
    }
    for other in variables(&stand_in).difference(&inputs) {
        println!("{other}: an input of other versions");
    }
    let path = root.join(DATA);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {DATA}"))?;
    let mut data: Value = serde_json::from_str(&text).with_context(|| format!("{DATA} is not JSON"))?;
    let Some(modules) = data.get_mut("modules").and_then(Value::as_object_mut) else { bail!("{DATA} has no modules") };
    modules.insert(name.to_owned(), json!({ "version": version, "date": date, "inputs": inputs }));
    modules.sort_keys();
    std::fs::write(&path, serde_json::to_string_pretty(&data)? + "\n")?;
    Ok(())
}

/// The names of the variables that the text of a configuration declares.
fn variables(text: &str) -> BTreeSet<String> {
    let declared = text.lines().filter_map(|line| line.strip_prefix("variable \"")?.split_once('"'));
    declared.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_from_formatted_text() {
        let text = "variable \"a\" {\n  type = string\n}\nvariable \"b\" {}\n# variable \"c\" {}\noutput \"d\" {}\n";
        assert_eq!(variables(text).into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn every_module_of_the_file_has_a_stand_in_a_version_and_a_day() {
        let root = repository().unwrap();
        let data: Value = serde_json::from_str(&std::fs::read_to_string(root.join(DATA)).unwrap()).unwrap();
        for (name, module) in data["modules"].as_object().unwrap() {
            assert!(root.join(STAND_INS).join(format!("{name}.tf")).is_file(), "{name}");
            assert!(module["version"].is_string() && module["date"].as_str().unwrap().len() == 10, "{name}");
        }
    }
}
