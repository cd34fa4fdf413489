//! The files of a crate as modules, as `mod` items name them. Modules for tests are left out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use syn::{Attribute, Item, ItemMod};

/// A file of a crate.
pub(super) struct Module {
    pub(super) file: PathBuf,
    /// The names of the modules that it is in, and its own; none for the crate's top.
    pub(super) path: Vec<String>,
    /// The items of the file, without modules for tests.
    pub(super) items: Vec<Item>,
    /// Its lines, without those of modules for tests.
    pub(super) lines: usize,
}

impl Module {
    /// The module in `top` (`lib.rs` or `main.rs`) and all below it.
    pub(super) fn read(top: &Path) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        let folder = top.parent().context("a file lies in a folder")?;
        read_into(top, folder, &[], &mut all)?;
        Ok(all)
    }

    /// Its path as written in code: `lower::types`.
    pub(super) fn name(&self) -> String {
        if self.path.is_empty() { "(top)".to_owned() } else { self.path.join("::") }
    }
}

/// Reads `file`, whose submodules are in `folder`.
fn read_into(file: &Path, folder: &Path, path: &[String], all: &mut Vec<Module>) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let parsed = syn::parse_file(&text).with_context(|| format!("{} is not a file of Rust", file.display()))?;
    let mut lines = text.lines().count();
    let mut items = Vec::new();
    let mut submodules = Vec::new();
    for item in parsed.items {
        match item {
            Item::Mod(module) if is_for_tests(&module.attrs) => {
                let span = |module: &ItemMod| syn::spanned::Spanned::span(module);
                lines -= span(&module).end().line - span(&module).start().line + 1;
            }
            Item::Mod(module) if module.content.is_none() => submodules.push(module.ident.to_string()),
            item => items.push(item),
        }
    }
    all.push(Module { file: file.to_owned(), path: path.to_vec(), items, lines });
    for name in submodules {
        let (own, inside) = (folder.join(format!("{name}.rs")), folder.join(&name));
        let file = if own.is_file() { own } else { inside.join("mod.rs") };
        let path: Vec<String> = path.iter().cloned().chain([name]).collect();
        read_into(&file, &inside, &path, all)?;
    }
    Ok(())
}

/// Whether an item with these attributes is compiled for tests only.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    })
}
