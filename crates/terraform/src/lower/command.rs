//! Changes by a command beside the resources: `provisioner "local-exec"` with the Azure CLI.

use std::sync::Arc;

use cmklint_graph::{Kind, Object, Resource, Value};
use cmklint_source::Sources;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Lowering;
use crate::config::{Address, Config};
use crate::eval::ModuleId;
use crate::syntax::ast::{Block, Expr, ExprKind};

/// Properties that a command may set, and words by which such a command is recognized.
const SET_BY: [(&str, &str, [&str; 2]); 2] = [
    ("Microsoft.KeyVault/vaults", "enablePurgeProtection", ["purge-protection", "purgeprotection"]),
    ("Microsoft.KeyVault/vaults", "enableSoftDelete", ["soft-delete", "softdelete"]),
];

/// Words by which a command is recognized that runs a script in a file.
const SCRIPTS: [&str; 5] = [".sh", ".ps1", ".py", "file(", "interpreter"];

/// What the commands of a deployment say.
struct Commands {
    /// For each of [`SET_BY`], whether a command has one of its words.
    sets: [bool; SET_BY.len()],
    /// The commands that run a script in a file, as one text.
    scripts: String,
}

impl Commands {
    /// Those of `configs`, each of which is another one; `None` where there is none.
    fn of(configs: &[Arc<Config>], sources: &Sources) -> Option<Self> {
        let blocks = configs
            .iter()
            .flat_map(|config| config.resources.values())
            .flat_map(|resource| resource.block.body.blocks.iter())
            .filter(|block| &*block.kind == "provisioner" && &*block.label(0) == "local-exec");
        let mut found: Option<Self> = None;
        for block in blocks {
            let commands = found.get_or_insert_with(|| Self { sets: [false; SET_BY.len()], scripts: String::new() });
            let text = text(block, sources);
            for (sets, (.., words)) in commands.sets.iter_mut().zip(SET_BY) {
                *sets |= words.iter().any(|word| text.contains(word));
            }
            if SCRIPTS.iter().any(|script| text.contains(script)) {
                commands.scripts.push_str(&text);
                commands.scripts.push('\n');
            }
        }
        found
    }

    /// What the scripts are told of blocks of the type `kind`, folded: the names that follow it, and are themselves followed by a member or a key.
    fn told_of<'c>(&'c self, kind: &str) -> FxHashSet<&'c str> {
        let mut out = FxHashSet::default();
        let mut start = None;
        for (at, delimiter) in self.scripts.match_indices(['.', '[']) {
            if let Some(start) = start
                && self
                    .scripts
                    .get(..start)
                    .is_some_and(|before| before.strip_suffix('.').is_some_and(|b| b.ends_with(kind)))
            {
                out.extend(self.scripts.get(start..at));
            }
            start = (delimiter == ".").then_some(at + 1);
        }
        out
    }
}

impl Lowering<'_, '_> {
    /// The configurations of all modules, each once, however many modules have it.
    fn configs(&self) -> Vec<Arc<Config>> {
        let mut seen = FxHashSet::default();
        let modules = self.evaluator.modules.iter();
        let new = modules.filter(|module| seen.insert(Arc::as_ptr(&module.config)));
        new.map(|module| Arc::clone(&module.config)).collect()
    }

    /// Makes properties unknown that the code leaves to a command, where it doesn't state them itself.
    pub(super) fn commands(&self, resources: &mut [Resource]) {
        let Some(commands) = Commands::of(&self.configs(), self.evaluator.sources) else { return };
        let mut told: FxHashMap<String, FxHashSet<&str>> = FxHashMap::default();
        for resource in resources {
            for ((kind, property, _), sets) in SET_BY.iter().zip(commands.sets) {
                if !resource.kind.is(kind) {
                    continue;
                }
                // What a script in a file does with the resource is not known.
                let address = without_last_key(&resource.address).to_ascii_lowercase();
                let mut names = address.rsplit('.');
                let name = names.next().and_then(|name| name.split('[').next());
                let is_told = match (name, names.next()) {
                    _ if sets || commands.scripts.is_empty() => false,
                    (Some(name), Some(kind)) => match told.get(kind) {
                        Some(told) => told.contains(name),
                        None => told.entry(kind.to_owned()).or_insert(commands.told_of(kind)).contains(name),
                    },
                    _ => false,
                };
                if sets || is_told {
                    leave_open(resource, property);
                }
            }
        }
    }
}

/// Arguments of a vault that stay as they are where the code leaves them out, and the properties that they are.
const STAYS: [(&str, &str); 2] =
    [("purge_protection_enabled", "enablePurgeProtection"), ("soft_delete_enabled", "enableSoftDelete")];

impl Lowering<'_, '_> {
    /// Takes what the code leaves to others for unknown: of a vault that is imported, so that it stood before, and of one whose changes from outside it ignores.
    pub(super) fn left_to_others(&self, resources: &mut [Resource]) {
        let sources = self.evaluator.sources;
        let configs = self.configs();
        let imports = configs.iter().flat_map(|config| &config.imports);
        let imported: FxHashSet<String> =
            imports.filter_map(|span| Some(sources.get(span.file)?.slice(*span).to_owned())).collect();
        let ignoring = self.ignoring(&configs);
        if imported.is_empty() && ignoring.is_empty() {
            return;
        }
        for resource in resources.iter_mut().filter(|resource| resource.kind.is("Microsoft.KeyVault/vaults")) {
            let own = Arc::clone(&resource.address);
            let block = without_last_key(&own);
            let stood = imported.contains(&*own) || imported.contains(block);
            let ignored = ignoring.get(&*own).or_else(|| ignoring.get(block)).copied().unwrap_or_default();
            for ((_, property), ignored) in STAYS.iter().zip(ignored) {
                if stood || ignored {
                    leave_open(resource, property);
                }
            }
        }
    }

    /// The vaults whose blocks ignore changes, by their addresses: whether each of [`STAYS`] is ignored.
    fn ignoring(&self, configs: &[Arc<Config>]) -> FxHashMap<String, [bool; STAYS.len()]> {
        let of = |config: &Arc<Config>| -> Vec<(Address, [bool; STAYS.len()])> {
            let vaults = config.resources.iter().filter(|(address, _)| &*address.kind == "azurerm_key_vault");
            let ignored = vaults.map(|(address, vault)| {
                (address.clone(), STAYS.map(|(argument, _)| ignores_changes(&vault.block, argument)))
            });
            ignored.filter(|(_, ignored)| ignored.contains(&true)).collect()
        };
        let by_config: FxHashMap<*const Config, _> =
            configs.iter().map(|config| (Arc::as_ptr(config), of(config))).collect();
        let mut out = FxHashMap::default();
        for (at, module) in self.evaluator.modules.iter().enumerate() {
            for (address, ignored) in by_config.get(&Arc::as_ptr(&module.config)).into_iter().flatten() {
                out.entry(format!("{}{address}", self.evaluator.prefix(ModuleId(at)))).or_insert(*ignored);
            }
        }
        out
    }
}

/// The address of a block, of one that may have the key of an instance at its end.
fn without_last_key(address: &str) -> &str {
    match address.strip_suffix(']').and_then(|rest| rest.rfind('[')) {
        Some(at) => address.get(..at).unwrap_or(address),
        None => address,
    }
}

/// Whether the block ignores changes of its argument `name`.
fn ignores_changes(block: &Block, name: &str) -> bool {
    let ignored = block.body.blocks_of("lifecycle").filter_map(|lifecycle| lifecycle.body.get("ignore_changes"));
    ignored.map(|attribute| &attribute.value).any(|value| match &value.kind {
        ExprKind::Array(items) => {
            items.iter().any(|item| item.as_reference().as_deref() == Some(name) || names(item, name))
        }
        _ => names(value, "all"),
    })
}

/// Whether `expr` is that bare word.
fn names(expr: &Expr, word: &str) -> bool {
    matches!(&expr.kind, ExprKind::Variable(name) if &**name == word)
}

fn text(block: &Block, sources: &Sources) -> String {
    sources.get(block.whole.file).map(|file| file.slice(block.whole).to_ascii_lowercase()).unwrap_or_default()
}

fn leave_open(resource: &mut Resource, property: &str) {
    let path = format!("properties.{property}");
    if !resource.get(&path).is_null() {
        return;
    }
    let unknown = resource.unknown(&path);
    let Kind::Object(body) = &mut resource.body.kind else { return };
    let body = std::sync::Arc::make_mut(body);
    let properties = body
        .entries
        .entry("properties".into())
        .or_insert_with(|| cmklint_graph::Entry { key_span: None, value: Value::object(Object::default()) });
    if let Kind::Object(object) = &mut properties.value.kind {
        std::sync::Arc::make_mut(object).insert(property, None, unknown);
    }
}
