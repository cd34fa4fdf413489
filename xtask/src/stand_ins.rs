//! `cargo xtask stand-ins`: what is known of modules that are seldom restored, generated from their own sources.
//!
//! Of each module's compiled template (`main.json`) the parts that the rules can reach are kept: the resources of `kept.rs` with the properties listed there, and
//! the parameters, variables and outputs that these use. Descriptions and all other parts are removed; of removed parameters the names are kept, by which a call of
//! another version is recognized.

mod kept;
mod slim;
mod terraform;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::repository::repository;

/// The checked-in file, relative to the repository's root.
const DATA: &str = "crates/bicep/data/modules.json";

/// The modules that are looked for in a checkout.
const MODULES: [&str; 7] = [
    "avm/res/compute/disk",
    "avm/res/compute/disk-encryption-set",
    "avm/res/compute/gallery",
    "avm/res/compute/image",
    "avm/res/compute/virtual-machine",
    "avm/res/compute/virtual-machine-scale-set",
    "avm/res/key-vault/vault",
];

/// What the command takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A checkout of the Azure Verified Modules in Bicep: the folder that contains `avm/res`. Its modules replace those in the file
    checkout: PathBuf,
    /// The day of the checkout's state, as `2026-11-28`
    #[arg(long)]
    date: String,
    /// The checkout is of an earlier version: the first version, as `0.6`, that has other inputs. What is known of the newer ones stays
    #[arg(long, conflicts_with = "terraform")]
    before: Option<String>,
    /// The checkout is of a module of Terraform: its name in the registry, as `avm-res-compute-disk`
    #[arg(long, requires = "version")]
    terraform: Option<String>,
    /// The version of that module, or the commit
    #[arg(long)]
    version: Option<String>,
}

/// Renews the modules that the checkout has; leaves the others as they are.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    if let (Some(name), Some(version)) = (&args.terraform, &args.version) {
        terraform::run(&args.checkout, name, version, &args.date)?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = repository()?.join(DATA);
    let mut data = match std::fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).with_context(|| format!("{DATA} is not JSON"))?,
        Err(_) => json!({ "modules": {} }),
    };
    let Some(modules) = data.get_mut("modules").and_then(Value::as_object_mut) else { bail!("{DATA} has no modules") };
    let mut found = 0;
    for name in MODULES {
        let folder = args.checkout.join(name);
        let Ok(text) = std::fs::read_to_string(folder.join("main.json")) else { continue };
        let compiled: Value = serde_json::from_str(&text).with_context(|| format!("{name}/main.json is not JSON"))?;
        let read = module(&compiled, &version(&folder)?, &args.date)?;
        match &args.before {
            Some(before) => insert_earlier(modules, name, before, read)?,
            None => insert_newest(modules, name, read),
        }
        found += 1;
        println!("{name}");
    }
    if found == 0 {
        bail!("{} holds none of the modules", args.checkout.display());
    }
    modules.sort_keys();
    let mut text = serde_json::to_string_pretty(&data)?;
    text.push('\n');
    std::fs::write(&path, text)?;
    Ok(ExitCode::SUCCESS)
}

/// Replaces what is known of a module's newest inputs; what is known of earlier versions stays.
fn insert_newest(modules: &mut Map<String, Value>, name: &str, mut read: Value) {
    let earlier = modules.get_mut(name).and_then(|module| module.get_mut("earlier")).map(Value::take);
    if let (Some(read), Some(earlier)) = (read.as_object_mut(), earlier) {
        read.insert("earlier".to_owned(), earlier);
    }
    modules.insert(name.to_owned(), read);
}

/// Adds what is known of the versions before `before` to a module, the earliest first; replaces what was known of them.
fn insert_earlier(modules: &mut Map<String, Value>, name: &str, before: &str, mut read: Value) -> Result<()> {
    let module = modules.get_mut(name).and_then(Value::as_object_mut);
    let module = module.with_context(|| format!("{name}: nothing is known of its newest version"))?;
    let earlier = module.entry("earlier").or_insert_with(|| json!([]));
    let (Some(earlier), Some(read_versions)) = (earlier.as_array_mut(), read.as_object_mut()) else {
        bail!("{name}: `earlier` is no list");
    };
    read_versions.insert("before".to_owned(), json!(before));
    earlier.retain(|versions| versions.get("before").and_then(Value::as_str) != Some(before));
    earlier.push(read);
    earlier.sort_by_key(|versions| order(versions.get("before").and_then(Value::as_str).unwrap_or_default()));
    Ok(())
}

/// A version as numbers that can be compared.
fn order(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap_or(u32::MAX)).collect()
}

/// The entry for one module.
fn module(compiled: &Value, version: &str, date: &str) -> Result<Value> {
    let template = slim::template(compiled).context("the template has nothing that a rule can reach")?;
    let names = |value: &Value| -> Vec<String> {
        let parameters = value.get("parameters").and_then(Value::as_object);
        parameters.map(|p| p.keys().cloned().collect()).unwrap_or_default()
    };
    let kept = names(&template);
    let others: Vec<String> = names(compiled).into_iter().filter(|name| !kept.contains(name)).collect();
    let mut out = Map::new();
    out.insert("version".to_owned(), json!(version));
    out.insert("date".to_owned(), json!(date));
    out.insert("otherInputs".to_owned(), json!(others));
    out.insert("template".to_owned(), template);
    Ok(Value::Object(out))
}

/// The version of the module in `folder`, as `1.2`: a patch number changes no input.
fn version(folder: &Path) -> Result<String> {
    let path = folder.join("version.json");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let read: Value = serde_json::from_str(&text)?;
    let version = read.get("version").and_then(Value::as_str).context("version.json has no version")?;
    Ok(version.to_owned())
}
