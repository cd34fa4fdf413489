//! `facts`: checks the data files that hold facts about Azure, and compares or renews them from files given to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::repository::repository;

/// The data files, each with the number of fields of a row; fields are divided by commas, in `.psv` files by bars.
const FILES: [(&str, usize); 12] = [
    ("crates/graph/data/regions.csv", 3),
    ("crates/graph/data/roles.csv", 3),
    ("crates/graph/data/vault-hosts.csv", 3),
    ("crates/inventory/data/services.csv", 2),
    ("crates/rules/data/facts.csv", 4),
    ("crates/rules/data/editions.psv", 3),
    ("crates/rules/data/restrictions.psv", 10),
    ("crates/rules/data/services.csv", 12),
    ("crates/rules/data/key-services.csv", 9),
    ("crates/rules/data/compliance.csv", 5),
    ("crates/terraform/data/services.csv", 5),
    ("crates/terraform/data/argument-versions.csv", 4),
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `az account list-locations` gave: its regions are compared with regions.csv
    #[arg(long, value_name = "FILE")]
    locations: Option<PathBuf>,
    /// What `az role definition list` gave: its roles are compared with roles.csv
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// What `az policy definition list` gave: the policies of compliance.csv are looked up in it
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// Add the regions that are missing
    #[arg(long, requires = "locations")]
    write: bool,
}

/// Checks each data file, and compares those that there is a file for.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let root = repository()?;
    let mut faults = Vec::new();
    for (file, fields) in FILES {
        let text = std::fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
        faults.extend(check(&text, fields, divider(file)).into_iter().map(|fault| format!("{file}: {fault}")));
        println!("{file}: {} rows", rows(&text).count());
    }
    if let Some(file) = &args.locations {
        let path = root.join("crates/graph/data/regions.csv");
        let text = std::fs::read_to_string(&path)?;
        let missing = missing_regions(&text, &read(file)?)?;
        println!("{} regions are missing in regions.csv{}", missing.len(), list(&missing));
        if args.write && !missing.is_empty() {
            let added: String = missing.iter().map(|row| format!("{row}\n")).collect();
            std::fs::write(&path, text + &added)?;
            println!("added; say the new date at the top of the file");
        } else {
            faults.extend(missing.into_iter().map(|row| format!("regions.csv lacks {row}")));
        }
    }
    if let Some(file) = &args.roles {
        let text = std::fs::read_to_string(root.join("crates/graph/data/roles.csv"))?;
        faults.extend(other_roles(&text, &read(file)?)?);
    }
    if let Some(file) = &args.policies {
        let text = std::fs::read_to_string(root.join("crates/rules/data/compliance.csv"))?;
        faults.extend(other_policies(&text, &read(file)?)?);
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))
}

fn list(rows: &[String]) -> String {
    rows.iter().map(|row| format!("\n  {row}")).collect()
}

fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What is between the fields of a data file.
fn divider(file: &str) -> char {
    if file.ends_with(".psv") { '|' } else { ',' }
}

/// What is wrong with a data file whose rows have so many fields: a row, or that source and date are not said.
fn check(text: &str, fields: usize, divider: char) -> Vec<String> {
    let mut out = Vec::new();
    let comments: String = text.lines().filter(|line| line.starts_with('#')).collect();
    let said = comments.to_lowercase().contains("source: ") && comments.split("As of ").skip(1).any(is_date_first);
    for row in rows(text) {
        let found: Vec<&str> = row.split(divider).collect();
        if found.len() != fields {
            out.push(format!("{} fields instead of {fields}: {row}", found.len()));
        }
        let own = found.last().is_some_and(|date| is_date_first(date));
        if !said && !own {
            out.push(format!("neither the file nor the row says its source and date: {row}"));
        }
    }
    if rows(text).next().is_none() {
        out.push("no rows".to_owned());
    }
    out
}

/// Whether `text` begins with a date such as `2026-08-21`.
fn is_date_first(text: &str) -> bool {
    text.get(..10).is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}

/// The rows for regions in `locations` that the data file lacks.
fn missing_regions(text: &str, locations: &Value) -> Result<Vec<String>> {
    let locations = locations.as_array().context("the locations are no list")?;
    let known: Vec<&str> = rows(text).filter_map(|row| row.split(',').next()).collect();
    let mut out = Vec::new();
    for location in locations {
        let (Some(name), Some(display)) = (location["name"].as_str(), location["displayName"].as_str()) else {
            bail!("a location has no name: {location}");
        };
        ensure!(!name.contains([',', '\n']) && !display.contains([',', '\n']), "no name of a region: {name}");
        let physical = location["metadata"]["regionType"].as_str().is_none_or(|kind| kind == "Physical");
        if physical && !known.contains(&name) {
            out.push(format!("{name},{display},public"));
        }
    }
    Ok(out)
}

/// How the roles in the data file differ from those in `definitions`.
fn other_roles(text: &str, definitions: &Value) -> Result<Vec<String>> {
    let definitions = definitions.as_array().context("the role definitions are no list")?;
    let by_id: BTreeMap<String, &Value> =
        definitions.iter().filter_map(|role| Some((role["name"].as_str()?.to_ascii_lowercase(), role))).collect();
    let mut out = Vec::new();
    for row in rows(text) {
        let fields: Vec<&str> = row.split(',').collect();
        let [id, name, unwraps] = fields[..] else { continue };
        let Some(role) = by_id.get(&id.to_ascii_lowercase()) else {
            out.push(format!("roles.csv: there is no role {id} ({name})"));
            continue;
        };
        if role["roleName"].as_str() != Some(name) {
            out.push(format!("roles.csv: {id} is called {}, not {name}", role["roleName"]));
        }
        if may_unwrap(role) != (unwraps == "yes") {
            out.push(format!("roles.csv: {name} {} unwrap keys", if unwraps == "yes" { "may not" } else { "may" }));
        }
    }
    Ok(out)
}

/// The policies that the data file has and `definitions` has not, or calls deprecated.
fn other_policies(text: &str, definitions: &Value) -> Result<Vec<String>> {
    let definitions = definitions.as_array().context("the policy definitions are no list")?;
    let mut out = Vec::new();
    for row in rows(text) {
        let fields: Vec<&str> = row.split(',').collect();
        let [rule, "azure-policy", id, ..] = fields[..] else { continue };
        match definitions.iter().find(|policy| policy["name"].as_str() == Some(id)) {
            None => out.push(format!("compliance.csv: there is no policy {id} ({rule})")),
            Some(policy) if policy["metadata"]["deprecated"].as_bool() == Some(true) => {
                out.push(format!("compliance.csv: policy {id} ({rule}) is deprecated"));
            }
            Some(_) => {}
        }
    }
    Ok(out)
}

/// Whether a role's data actions allow to unwrap keys.
fn may_unwrap(role: &Value) -> bool {
    let permissions = role["permissions"].as_array().into_iter().flatten();
    let mut actions = permissions.flat_map(|permission| permission["dataActions"].as_array().into_iter().flatten());
    let may = |action: &str| {
        let action = action.to_ascii_lowercase();
        let unwrap = "microsoft.keyvault/vaults/keys/unwrap/action";
        action == unwrap || action.strip_suffix('*').is_some_and(|begin| unwrap.starts_with(begin))
    };
    actions.any(|action| action.as_str().is_some_and(may))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_data_file_says_where_its_facts_are_from() {
        for (file, fields) in FILES {
            let text = std::fs::read_to_string(repository().unwrap().join(file)).unwrap();
            assert_eq!(check(&text, fields, divider(file)), Vec::<String>::new(), "{file}");
        }
    }

    #[test]
    fn all_data_files_of_the_crates_are_checked() {
        let root = repository().unwrap();
        for krate in std::fs::read_dir(root.join("crates")).unwrap() {
            let folder = krate.unwrap().path().join("data");
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            let names = entries.map(|entry| entry.unwrap().path());
            for path in names.filter(|path| path.extension().is_some_and(|e| e == "csv" || e == "psv")) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                assert!(FILES.iter().any(|(file, _)| *file == name), "{name} is not checked");
            }
        }
    }

    #[test]
    fn a_file_without_source_or_with_a_date_that_is_none_is_reported() {
        assert_eq!(check("# nothing\na,b\n", 2, ',').len(), 1);
        assert_eq!(check("# Source: x. As of soon.\na,b\n", 2, ',').len(), 1);
        assert_eq!(check("# Source: x. As of 2026-02-30.\na,b\n", 2, ',').len(), 1);
        assert_eq!(check("# Source: x. As of 2026-02-28.\na,b\na\n", 2, ',').len(), 1);
        assert_eq!(check("a,2026-02-28\n", 2, ',').len(), 0);
        assert_eq!(check("", 2, ','), ["no rows"]);
    }

    #[test]
    fn regions_and_roles_are_compared() {
        let locations = json!([{ "name": "westeurope", "displayName": "West Europe" }, { "name": "new", "displayName": "New" },
            { "name": "europe", "displayName": "Europe", "metadata": { "regionType": "Logical" } }]);
        assert_eq!(missing_regions("westeurope,West Europe,public\n", &locations).unwrap(), ["new,New,public"]);
        assert!(missing_regions("", &json!([{ "name": 3 }])).is_err());
        let role = |name: &str, action: &str| json!([{ "name": "A", "roleName": name, "permissions": [{ "dataActions": [action] }] }]);
        let keys = "Microsoft.KeyVault/vaults/keys/*";
        assert!(other_roles("a,Crypto,yes\n", &role("Crypto", keys)).unwrap().is_empty());
        assert_eq!(other_roles("a,Crypto,no\n", &role("Crypto", keys)).unwrap(), ["roles.csv: Crypto may unwrap keys"]);
        assert_eq!(other_roles("a,Crypto,no\n", &role("Other", "x")).unwrap().len(), 1);
        assert_eq!(other_roles("b,Crypto,no\n", &role("Crypto", "x")).unwrap().len(), 1);
        assert!(other_roles("", &json!({})).is_err());
    }

    #[test]
    fn policies_are_looked_up() {
        let text = "CMK090,azure-policy,a,x,2026-01-01\nCMK090,mcsb,DP-5,x,2026-01-01\n";
        let of = |definitions: Value| other_policies(text, &definitions).unwrap();
        assert!(of(json!([{ "name": "a", "metadata": {} }])).is_empty());
        assert_eq!(of(json!([{ "name": "a", "metadata": { "deprecated": true } }])).len(), 1);
        assert_eq!(of(json!([{ "name": "b" }])), ["compliance.csv: there is no policy a (CMK090)"]);
        assert!(other_policies(text, &json!({})).is_err());
    }
}
