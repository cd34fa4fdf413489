//! Which files of a crate import each other in a circle.
//!
//! An import is a path that leads into another file of the crate: in a `use` item, an expression, a type or a macro's arguments. A name that a module
//! re-exports (`pub use`) counts as an import of the file that defines it.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree};

use super::modules::{Module, is_for_tests};

/// The names that the `use` items of a module bring, each with its path as written. A name `*` means all names of that path.
type Names = Vec<(String, Vec<String>)>;

/// The groups of two or more files that import each other, directly or over others; the largest first.
pub(super) fn of(modules: &[Module]) -> Vec<Vec<String>> {
    let graph = Imports::new(modules).graph();
    let reachable: Vec<BTreeSet<usize>> = (0..modules.len()).map(|from| reach(&graph, from)).collect();
    let mut circles: BTreeSet<Vec<usize>> = BTreeSet::new();
    for (at, reached) in reachable.iter().enumerate().filter(|(at, reached)| reached.contains(at)) {
        circles.insert(reached.iter().copied().filter(|other| reachable[*other].contains(&at)).collect());
    }
    let mut circles: Vec<Vec<String>> =
        circles.into_iter().map(|circle| circle.into_iter().map(|at| modules[at].name()).collect()).collect();
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// The files that are imported from `from`, over any number of steps.
fn reach(graph: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        open.extend(graph[at].iter().filter(|next| seen.insert(**next)));
    }
    seen
}

struct Imports<'m> {
    modules: &'m [Module],
    by_path: BTreeMap<&'m [String], usize>,
    names: Vec<Names>,
}

impl<'m> Imports<'m> {
    fn new(modules: &'m [Module]) -> Self {
        let by_path = modules.iter().enumerate().map(|(at, module)| (&module.path[..], at)).collect();
        let names = modules.iter().map(names_of).collect();
        Self { modules, by_path, names }
    }

    /// The files that each file imports.
    fn graph(&self) -> Vec<BTreeSet<usize>> {
        let imports = |at: usize| {
            let mut paths = Paths::default();
            self.modules[at].items.iter().for_each(|item| paths.visit_item(item));
            paths.found.iter().filter_map(|path| self.target(at, path, 0)).filter(|to| *to != at).collect()
        };
        (0..self.modules.len()).map(imports).collect()
    }

    /// The file that `path`, written in the file `at`, leads to; `None` where that is outside of the crate.
    fn target(&self, at: usize, path: &[String], depth: usize) -> Option<usize> {
        const MAX_DEPTH: usize = 8;
        let first = path.first()?.as_str();
        let ups = path.iter().take_while(|part| *part == "super").count();
        let own = &self.modules[at].path;
        let (mut module, rest) = match first {
            "crate" => (*self.by_path.get(&[][..])?, &path[1..]),
            "self" => (at, &path[1..]),
            "super" => (*self.by_path.get(&own[..own.len().checked_sub(ups)?])?, &path[ups..]),
            _ => {
                self.child(at, first)?;
                (at, path)
            }
        };
        for (i, name) in rest.iter().enumerate() {
            if let Some(child) = self.child(module, name) {
                module = child;
                continue;
            }
            if depth == MAX_DEPTH || (module == at && i == 0) {
                break;
            }
            // A name that the module re-exports is an import of the file that defines it.
            let handed = self.names[module].iter().find(|(own, _)| own == name).map(|(_, path)| path);
            return match handed {
                Some(path) => self.target(module, path, depth + 1),
                None => self.glob(module, name, depth).or(Some(module)),
            };
        }
        Some(module)
    }

    /// The file that defines `name`, where `module` re-exports all names of that file.
    fn glob(&self, module: usize, name: &str, depth: usize) -> Option<usize> {
        let globs = self.names[module].iter().filter(|(own, _)| own == "*").map(|(_, path)| path);
        globs.filter_map(|path| self.target(module, path, depth + 1)).find(|from| defines(&self.modules[*from], name))
    }

    fn child(&self, module: usize, name: &str) -> Option<usize> {
        let path: Vec<String> = self.modules[module].path.iter().cloned().chain([name.to_owned()]).collect();
        self.by_path.get(&path[..]).copied()
    }
}

/// The names that the `use` items of a file bring.
fn names_of(module: &Module) -> Names {
    let mut out = Vec::new();
    for item in &module.items {
        if let Item::Use(item) = item {
            leaves(&item.tree, &[], &mut |name, path| out.push((name, path)));
        }
    }
    out
}

fn defines(module: &Module, name: &str) -> bool {
    module.items.iter().any(|item| match item {
        Item::Const(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        Item::Static(item) => item.ident == name,
        Item::Struct(item) => item.ident == name,
        Item::Trait(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    })
}

/// Each name that a `use` tree brings, and its path.
fn leaves(tree: &UseTree, before: &[String], out: &mut dyn FnMut(String, Vec<String>)) {
    let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => leaves(&path.tree, &with(path.ident.to_string()), out),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, before, out)),
        UseTree::Glob(_) => out("*".to_owned(), before.to_vec()),
        UseTree::Rename(name) => out(name.rename.to_string(), with(name.ident.to_string())),
        UseTree::Name(name) if name.ident == "self" => {
            out(before.last().cloned().unwrap_or_default(), before.to_vec());
        }
        UseTree::Name(name) => out(name.ident.to_string(), with(name.ident.to_string())),
    }
}

/// The paths in a file.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
}

impl Paths {
    /// The paths in a macro's arguments, which are only tokens.
    fn take_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 || path.is_empty() => path.push(name.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.found.extend((path.len() > 1).then(|| std::mem::take(&mut path)));
                    path.clear();
                    match other {
                        TokenTree::Group(group) => self.take_tokens(group.stream()),
                        TokenTree::Ident(name) => path.push(name.to_string()),
                        _ => {}
                    }
                }
            }
            colons = 0;
        }
        self.found.extend((path.len() > 1).then_some(path));
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // A re-export is not an import.
        if matches!(item.vis, syn::Visibility::Inherited) {
            leaves(&item.tree, &[], &mut |_, path| self.found.push(path));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.found.push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.take_tokens(call.tokens.clone());
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

    fn module(path: &[&str], text: &str) -> Module {
        let items = syn::parse_file(text).unwrap().items;
        Module { file: "x.rs".into(), path: path.iter().map(|p| (*p).to_owned()).collect(), items, lines: 0 }
    }

    #[test]
    fn files_that_import_each_other_are_a_circle() {
        let modules = [
            module(&[], "pub use a::One;"),
            module(&["a"], "use crate::b::Two; pub struct One;"),
            module(&["b"], "use std::fmt; fn f() { vec![super::c::three()]; } pub struct Two;"),
            module(&["c"], "use crate::One; pub fn three() {}"),
            module(&["d"], "use crate::{a, b::Two};"),
        ];
        assert_eq!(of(&modules), [["a", "b", "c"]]);
    }

    #[test]
    fn what_a_module_hands_on_is_its_definers() {
        let modules = [
            module(&[], ""),
            module(&["m"], "pub(crate) use one::One; pub(crate) use two::*; fn f() { one::f() }"),
            module(&["m", "one"], "use super::two; pub struct One;"),
            module(&["m", "two"], "pub struct Two;"),
            module(&["n"], "use crate::m::Two;"),
        ];
        assert_eq!(of(&modules), Vec::<Vec<String>>::new());
        let imports = Imports::new(&modules).graph();
        assert_eq!(imports[4], [3].into());
        assert_eq!(imports[1], [2].into());
    }
}
