//! Variables and functions of other files.

use std::sync::Arc;

use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind, Function, Variable};

use super::{Lower, unknown};
use crate::syntax::{ByteRange, DeclarationKind};

impl Lower<'_, '_> {
    /// A use of the variable `name` of the file at `path`, which is called `local` here.
    ///
    /// Its value is a call of a function without parameters whose body is that variable, since functions have a home.
    pub(super) fn imported_variable(&mut self, local: &str, path: &str, name: &str, span: Span) -> Expr {
        let key = self.key(local);
        if self.imported_variables.contains_key(&key) {
            return Expr { kind: ExprKind::Variable(key), span };
        }
        let Some(unit) = self.store.unit(path) else { return unknown(local, span) };
        let (declared, value_span) = match unit.declaration(name) {
            Some(DeclarationKind::Variable { name, value, .. }) => (unit.span(&name.range), unit.span(&value.range)),
            _ => return unknown(local, span),
        };
        let Some(home) = self.store.home(path) else { return unknown(local, span) };
        let body = Expr { kind: ExprKind::Variable(self.interner.get(name)), span: value_span };
        let function: Arc<str> = format!("{path}#{name}").into();
        let value = Expr { kind: ExprKind::UserCall { function: Arc::clone(&function), args: Vec::new() }, span };
        let reader = Function { span: declared, parameters: Vec::new(), body, home: Some(home) };
        self.imported_functions.insert(function, reader);
        self.imported_variables.insert(Arc::clone(&key), Variable { span, value });
        Expr { kind: ExprKind::Variable(key), span }
    }

    /// A call of the function `name` of the file at `path`, which is called `local` here.
    pub(super) fn imported_call(&mut self, local: &str, path: &str, name: &str, args: Vec<Expr>, span: Span) -> Expr {
        let key = self.key(local);
        if !self.imported_functions.contains_key(&key) {
            let home = self.store.home(path);
            let Some((home, function)) =
                home.and_then(|home| Some((Arc::clone(&home), home.functions.get(name)?.clone())))
            else {
                return unknown(local, span);
            };
            // A function that the other file imported itself keeps the home it has.
            let home = function.home.clone().or(Some(home));
            self.imported_functions.insert(Arc::clone(&key), Function { home, ..function });
        }
        Expr { kind: ExprKind::UserCall { function: key, args }, span }
    }

    /// Says of each symbol that is imported and isn't there that it isn't.
    pub(super) fn check_imports(&mut self) {
        let unit = self.unit;
        let mut missing: Vec<(String, ByteRange)> = Vec::new();
        for declaration in &unit.tree.declarations {
            let DeclarationKind::Import { imports: crate::syntax::Imports::Symbols(symbols), path } = &declaration.kind
            else {
                continue;
            };
            let super::unit::Source::File(path) = unit.source(path) else { continue };
            let Some(from) = self.store.unit(&path) else { continue };
            // What could not be read may have declared it.
            if !from.errors.is_empty() {
                continue;
            }
            for symbol in symbols.iter().filter(|symbol| from.declaration(&symbol.name.text).is_none()) {
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
