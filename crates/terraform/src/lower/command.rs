//! Changes by a command beside the resources: `provisioner "local-exec"` with the Azure CLI.

use cmklint_graph::{Kind, Object, Resource, Value};
use cmklint_source::Sources;

use super::Lowering;
use crate::eval::ModuleId;
use crate::syntax::ast::{Block, Expr, ExprKind};

/// Properties that a command may set, and words by which such a command is recognized.
const SET_BY: [(&str, &str, [&str; 2]); 2] = [
    ("Microsoft.KeyVault/vaults", "enablePurgeProtection", ["purge-protection", "purgeprotection"]),
    ("Microsoft.KeyVault/vaults", "enableSoftDelete", ["soft-delete", "softdelete"]),
];

/// Words by which a command is recognized that runs a script in a file.
const SCRIPTS: [&str; 5] = [".sh", ".ps1", ".py", "file(", "interpreter"];

impl Lowering<'_, '_> {
    /// Makes properties unknown that the code leaves to a command, where it doesn't state them itself.
    pub(super) fn commands(&self, resources: &mut [Resource]) {
        let sources = self.evaluator.sources;
        let commands: Vec<String> = self
            .evaluator
            .modules
            .iter()
            .flat_map(|module| module.config.resources.values())
            .flat_map(|resource| resource.block.body.blocks.iter())
            .filter(|block| &*block.kind == "provisioner" && &*block.label(0) == "local-exec")
            .map(|block| text(block, sources))
            .collect();
        if commands.is_empty() {
            return;
        }
        for resource in resources {
            for (kind, property, words) in SET_BY {
                let address = resource.address.to_ascii_lowercase();
                let names: Vec<&str> = address.rsplit('.').take(2).collect();
                let own = |c: &str| {
                    matches!(&names[..], [name, kind] if {
                        let name = name.split('[').next().unwrap_or(name);
                        c.contains(&format!("{kind}.{name}.")) || c.contains(&format!("{kind}.{name}["))
                    })
                };
                // What a script in a file does with the resource is not known.
                let may = |c: &String| {
                    words.iter().any(|word| c.contains(word)) || SCRIPTS.iter().any(|s| c.contains(s)) && own(c)
                };
                if resource.kind.is(kind) && commands.iter().any(may) {
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
        let modules = &self.evaluator.modules;
        let sources = self.evaluator.sources;
        let imported: Vec<String> = modules
            .iter()
            .flat_map(|module| &module.config.imports)
            .filter_map(|span| Some(sources.get(span.file)?.slice(*span).to_owned()))
            .collect();
        let mut ignoring: Vec<(String, &Block)> = Vec::new();
        for (at, module) in modules.iter().enumerate() {
            for (address, resource) in &module.config.resources {
                let block = &resource.block;
                if &*address.kind == "azurerm_key_vault" && block.body.blocks_of("lifecycle").next().is_some() {
                    ignoring.push((format!("{}{address}", self.evaluator.prefix(ModuleId(at))), block));
                }
            }
        }
        if imported.is_empty() && ignoring.is_empty() {
            return;
        }
        for resource in resources.iter_mut().filter(|resource| resource.kind.is("Microsoft.KeyVault/vaults")) {
            let own = &*resource.address;
            let is_it = |address: &String| **address == *own || without_last_key(own) == address;
            let stood = imported.iter().any(is_it);
            let block = ignoring.iter().find(|(address, _)| is_it(address)).map(|(_, block)| *block);
            for (argument, property) in STAYS {
                if stood || block.is_some_and(|block| ignores_changes(block, argument)) {
                    leave_open(resource, property);
                }
            }
        }
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
