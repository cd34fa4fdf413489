//! Changes by a command beside the resources: `provisioner "local-exec"` with the Azure CLI.

use cmklint_graph::{Kind, Object, Resource, Value};
use cmklint_source::Sources;

use super::Lowering;
use crate::syntax::ast::Block;

/// Properties that a command may set, and a word by which such a command is recognized.
const SET_BY: [(&str, &str, &str); 2] = [
    ("Microsoft.KeyVault/vaults", "enablePurgeProtection", "purge-protection"),
    ("Microsoft.KeyVault/vaults", "enableSoftDelete", "soft-delete"),
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
            for (kind, property, word) in SET_BY {
                let address = resource.address.to_ascii_lowercase();
                let names: Vec<&str> = address.rsplit('.').take(2).collect();
                let own = |c: &str| {
                    matches!(&names[..], [name, kind] if {
                        let name = name.split('[').next().unwrap_or(name);
                        c.contains(&format!("{kind}.{name}.")) || c.contains(&format!("{kind}.{name}["))
                    })
                };
                // What a script in a file does with the resource is not known.
                let may = |c: &String| c.contains(word) || SCRIPTS.iter().any(|s| c.contains(s)) && own(c);
                if resource.kind.is(kind) && commands.iter().any(may) {
                    leave_open(resource, property);
                }
            }
        }
    }
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
