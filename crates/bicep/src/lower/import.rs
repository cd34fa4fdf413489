//! Variables and functions of other files.

use std::sync::Arc;

use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind, Function, Template, Variable};

use super::unit::Source;
use super::{Lower, unknown};
use crate::syntax::{ByteRange, DeclarationKind};

impl Lower<'_, '_> {
    /// A use of the variable `name` of the file at `path`, which has the name `local` here.
    ///
    /// Its value is a call of a function without parameters whose body is that variable, since functions have a home file.
    pub(super) fn imported_variable(&mut self, local: &str, path: &str, name: &str, span: Span) -> Expr {
        let key = self.key(local);
        if self.imported_variables.contains_key(&key) {
            return Expr { kind: ExprKind::Variable(key), span };
        }
        let Some((declared, value_span)) = self.variable_of(path, name) else { return unknown(local, span) };
        let Some(home) = self.store.home(path) else { return unknown(local, span) };
        let body = Expr { kind: ExprKind::Variable(self.interner.get(name)), span: value_span };
        let function: Arc<str> = format!("{path}#{name}").into();
        let value = Expr { kind: ExprKind::UserCall { function: Arc::clone(&function), args: Vec::new() }, span };
        let reader = Function { span: declared, parameters: Vec::new(), body, home: Some(home) };
        self.imported_functions.insert(function, reader);
        self.imported_variables.insert(Arc::clone(&key), Variable { span, value });
        Expr { kind: ExprKind::Variable(key), span }
    }

    /// A call of the function `name` of the file at `path`, which has the name `local` here.
    pub(super) fn imported_call(&mut self, local: &str, path: &str, name: &str, args: Vec<Expr>, span: Span) -> Expr {
        let key = self.key(local);
        if !self.imported_functions.contains_key(&key) {
            let home = self.store.home(path);
            let Some((home, function)) =
                home.and_then(|home| Some((Arc::clone(&home), exported_function(&home, name)?.clone())))
            else {
                return unknown(local, span);
            };
            // A function that the other file imported itself keeps its home.
            let home = function.home.clone().or(Some(home));
            self.imported_functions.insert(Arc::clone(&key), Function { home, ..function });
        }
        Expr { kind: ExprKind::UserCall { function: key, args }, span }
    }

    /// Where the variable `name` of the file at `path`, and its value, are written.
    fn variable_of(&self, path: &str, name: &str) -> Option<(Span, Span)> {
        if let Some(exports) = self.store.exports(path) {
            let variable = exports.template.variables.get(name)?;
            return Some((variable.span, variable.value.span));
        }
        let unit = self.store.unit(path)?;
        match unit.declaration(name)? {
            DeclarationKind::Variable { name, value, .. } => Some((unit.span(&name.range), unit.span(&value.range))),
            _ => None,
        }
    }

    /// Whether the file at `path` declares `name`, or may do so in a part that could not be read.
    pub(super) fn exports_name(&self, path: &str, name: &str) -> bool {
        if let Some(exports) = self.store.exports(path) {
            let template = &exports.template;
            return template.variables.contains_key(name)
                || exports.types.contains_key(name)
                || exported_function(template, name).is_some();
        }
        // A part that could not be read may declare it.
        self.store.unit(path).is_none_or(|unit| !unit.errors.is_empty() || unit.declaration(name).is_some())
    }

    /// Reports imported symbols that don't exist.
    pub(super) fn check_imports(&mut self) {
        let unit = self.unit;
        let mut missing: Vec<(String, ByteRange)> = Vec::new();
        for declaration in &unit.tree.declarations {
            let DeclarationKind::Import { imports: crate::syntax::Imports::Symbols(symbols), path } = &declaration.kind
            else {
                continue;
            };
            let (Source::File(path) | Source::Json(path)) = unit.source(path) else { continue };
            for symbol in symbols.iter().filter(|symbol| !self.exports_name(&path, &symbol.name.text)) {
                if !symbol.name.text.is_empty() {
                    missing.push((symbol.name.text.clone(), symbol.name.range.clone()));
                }
            }
        }
        for (name, range) in missing {
            self.unknown_name(&name, &range);
        }
    }
}

/// The function `name` of a file that others import from: in a compiled file, functions are in a namespace of the compiler's.
fn exported_function<'t>(home: &'t Template, name: &str) -> Option<&'t Function> {
    home.functions.get(name).or_else(|| home.functions.get(format!("__bicep.{name}").as_str()))
}
