//! From the syntax tree to the template representation.

mod call;
mod checks;
mod expression;
mod held;
mod import;
mod json_tree;
mod name;
mod parameters;
mod registry;
mod resource;
mod store;
mod template;
mod types;
mod unit;

use std::sync::Arc;

use cmklint_source::{Diagnostic, Span};
use cmklint_template::{Expr, ExprKind, Function, Inherited, MOST_CONTENTS, Variable};
use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use crate::files::Spec;
use crate::syntax::ByteRange;
use cmklint_template::Interner;
use name::Scope;
use store::Store;
use unit::Unit;

pub(crate) use parameters::parameters;
pub(crate) use registry::why_away;
pub use registry::{KNOWN_MODULES, RESTORE_CACHE, is_remote};
pub(crate) use template::template;

/// The most unknown names of a file that are reported.
const MAX_TOLD: usize = 100;

/// Lowers one file.
pub(crate) struct Lower<'a, 's> {
    unit: &'a Unit,
    text: &'a str,
    store: &'a mut Store<'s>,
    interner: Interner,
    diagnostics: Vec<Diagnostic>,
    /// The names that were reported as unknown.
    reported: FxHashSet<String>,
    /// The names that the current expression sees, the innermost scope last.
    scopes: Vec<Scope>,
    /// The symbolic names of all resources and modules; for nested resources `PARENT::NAME`.
    symbols: FxHashSet<Arc<str>>,
    /// Those of them that a lowered declaration has already.
    taken: FxHashSet<Arc<str>>,
    /// Variables and functions of other files, as far as this one uses them.
    imported_variables: IndexMap<Arc<str>, Variable>,
    imported_functions: IndexMap<Arc<str>, Function>,
    /// A prefix for the names of variables and functions: for a parameter file that another extends, it distinguishes them from the other's.
    prefix: String,
    /// For a parameter file: the values of the file that it extends, each a variable.
    base: Option<Arc<Inherited>>,
    /// Bytes of source whose expressions were copied from resources into their children.
    copied: usize,
    /// So many more types of the values in parameters are kept.
    contents_left: usize,
    /// The templates of template specs so far.
    specs: Vec<Spec>,
}

impl<'a, 's> Lower<'a, 's> {
    /// `text` is that of `unit`.
    pub(crate) fn new(unit: &'a Unit, text: &'a str, store: &'a mut Store<'s>) -> Self {
        Self {
            unit,
            text,
            store,
            interner: Interner::default(),
            diagnostics: Vec::new(),
            reported: FxHashSet::default(),
            scopes: Vec::new(),
            symbols: FxHashSet::default(),
            taken: FxHashSet::default(),
            imported_variables: IndexMap::new(),
            imported_functions: IndexMap::new(),
            prefix: String::new(),
            base: None,
            copied: 0,
            contents_left: MOST_CONTENTS,
            specs: Vec::new(),
        }
    }

    fn span(&self, range: &ByteRange) -> Span {
        self.unit.span(range)
    }

    fn key(&mut self, name: &str) -> Arc<str> {
        if self.prefix.is_empty() { self.interner.get(name) } else { format!("{}{name}", self.prefix).into() }
    }

    fn error(&mut self, range: &ByteRange, message: &str) {
        self.diagnostics.push(Diagnostic::error("syntax", message, self.span(range)));
    }
}

fn unknown(what: &str, span: Span) -> Expr {
    Expr { kind: ExprKind::Unknown(Arc::from(what)), span }
}
