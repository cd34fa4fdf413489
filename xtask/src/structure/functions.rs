//! The functions of a file and their lengths.

use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn};

use super::modules::{Module, is_for_tests};

/// A function or method.
pub(super) struct Function {
    pub(super) name: String,
    /// Its file, below the repository's root.
    pub(super) file: PathBuf,
    pub(super) line: usize,
    /// The lines from its `fn` to its closing brace.
    pub(super) lines: usize,
}

/// The functions of `module`, those of tests left out; a function inside another one counts for both.
pub(super) fn of(module: &Module, root: &Path) -> Vec<Function> {
    let file = module.file.strip_prefix(root).unwrap_or(&module.file).to_owned();
    let mut found = Found { file, functions: Vec::new() };
    module.items.iter().for_each(|item| found.visit_item(item));
    found.functions
}

struct Found {
    file: PathBuf,
    functions: Vec<Function>,
}

impl Found {
    fn take(&mut self, signature: &Signature, block: &Block) {
        let line = |span: Span| span.start().line;
        let (first, last) = (line(signature.fn_token.span()), block.span().end().line);
        let name = signature.ident.to_string();
        self.functions.push(Function { name, file: self.file.clone(), line: first, lines: last - first + 1 });
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_for_tests(&function.attrs) {
            self.take(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.take(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(block) = &function.default {
            self.take(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_fn_to_brace() {
        let text = "/// Words.\nfn one() {\n    two();\n}\nstruct S;\nimpl S {\n    fn two(\n        self,\n    ) {\n    }\n}\n#[test]\nfn t() {}\n";
        let items = syn::parse_file(text).unwrap().items;
        let module = Module { file: "a.rs".into(), path: Vec::new(), items, lines: 13 };
        let found: Vec<(String, usize, usize)> =
            of(&module, Path::new("")).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("one".to_owned(), 2, 3), ("two".to_owned(), 7, 4)]);
    }
}
