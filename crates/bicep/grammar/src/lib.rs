//! The tree-sitter grammar of Bicep and of its parameter files (`.bicep`, `.bicepparam`).
//!
//! The grammar is in `grammar.js` and `src/scanner.c`; `src/parser.c` is generated, as `README.md` describes. The shape of
//! the tree, each kind of node with its fields, is in [`NODE_TYPES`].

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_bicep() -> *const ();
}

/// The grammar, to be passed to `tree_sitter::Parser::set_language`.
// SAFETY: the function is the generated entry point of `src/parser.c`: it takes nothing and returns a pointer to a
// static table of the layout that `LanguageFn` promises.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_bicep) };

/// The kinds of nodes and their fields, as JSON in the form of tree-sitter's `node-types.json`.
pub const NODE_TYPES: &str = include_str!("node-types.json");

/// Which name each part of a text is shown by, as a query of tree-sitter. Where two patterns fit a node, the later one holds.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../queries/highlights.scm");
