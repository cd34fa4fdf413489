//! The meaning of a name at the place where it is written.

use std::sync::Arc;

use cmklint_source::Diagnostic;
use cmklint_template::{Expr, ExprKind};

use super::unit::Declared;
use super::{Lower, MAX_TOLD, unknown};
use crate::syntax::{ByteRange, DeclarationKind, Expression, ExpressionKind, Keyword};

/// Names that are visible only in a part of a file.
#[derive(Debug)]
pub(crate) enum Scope {
    /// The variables of a loop, a lambda or a function.
    Locals(Vec<Arc<str>>),
    /// The children of the resource with this symbolic name.
    Children(Arc<str>),
}

/// The name of a nested resource: its parent's and its own.
pub(crate) fn child(parent: &str, name: &str) -> String {
    format!("{parent}::{name}")
}

impl Lower<'_, '_> {
    /// Lowers the name `text` as a value.
    pub(super) fn name(&mut self, text: &str, range: &ByteRange) -> Expr {
        let span = self.span(range);
        for scope in self.scopes.iter().rev() {
            match scope {
                Scope::Locals(names) => {
                    if let Some(name) = names.iter().find(|name| name.as_ref() == text) {
                        return Expr { kind: ExprKind::Local(Arc::clone(name)), span };
                    }
                }
                Scope::Children(parent) => {
                    if let Some(symbol) = self.symbols.get(child(parent, text).as_str()) {
                        return Expr { kind: ExprKind::Resource(Arc::clone(symbol)), span };
                    }
                }
            }
        }
        let unit = self.unit;
        let kind = match unit.find(text) {
            Some(Declared::Here(_)) => self.declared(text),
            Some(Declared::Imported { path, name }) => return self.imported_variable(text, path, name, span),
            Some(Declared::Namespace { .. } | Declared::Opaque) => None,
            None => {
                if let Some(value) = self.base.as_ref().and_then(|base| base.get(text)) {
                    return Expr { kind: value.kind.clone(), span };
                }
                if !matches!(text, "az" | "sys" | "base" | "") {
                    self.unknown_name(text, range);
                }
                None
            }
        };
        match kind {
            Some(kind) => Expr { kind, span },
            None => unknown(text, span),
        }
    }

    /// The expression for a declaration at the top of this file.
    fn declared(&mut self, name: &str) -> Option<ExprKind> {
        Some(match self.unit.declaration(name)? {
            DeclarationKind::Variable { .. } | DeclarationKind::Broken { keyword: Keyword::Var, .. } => {
                ExprKind::Variable(self.key(name))
            }
            DeclarationKind::Parameter { .. } | DeclarationKind::Broken { keyword: Keyword::Param, .. } => {
                ExprKind::Parameter(self.interner.get(name))
            }
            DeclarationKind::ParameterAssignment { .. } if self.prefix.is_empty() => {
                ExprKind::Parameter(self.interner.get(name))
            }
            DeclarationKind::ParameterAssignment { .. } => ExprKind::Variable(self.assigned(name)),
            DeclarationKind::Resource(_) | DeclarationKind::Module(_) => {
                ExprKind::Resource(Arc::clone(self.symbols.get(name)?))
            }
            _ => return None,
        })
    }

    /// The variable that represents the value of the parameter `name` of a parameter file, where another file extends it.
    pub(super) fn assigned(&mut self, name: &str) -> Arc<str> {
        self.key(&format!("param {name}"))
    }

    /// Reports that nothing has the name `name`, once.
    pub(super) fn unknown_name(&mut self, name: &str, range: &ByteRange) {
        if self.reported.len() < MAX_TOLD && self.reported.insert(name.to_owned()) {
            let message = format!("nothing here is called '{name}'");
            self.diagnostics.push(Diagnostic::warning("unknown-name", message, self.span(range)));
        }
    }

    /// `parent::name`.
    pub(super) fn nested(&mut self, parent: &Expression, name: &crate::syntax::Name, range: &ByteRange) -> Expr {
        let span = self.span(range);
        let parent = self.expression(parent);
        if let ExprKind::Resource(parent) = &parent.kind {
            if let Some(symbol) = self.symbols.get(child(parent, &name.text).as_str()) {
                return Expr { kind: ExprKind::Resource(Arc::clone(symbol)), span };
            }
            if !name.text.is_empty() {
                self.unknown_name(&name.text, &name.range);
            }
        }
        unknown(&name.text, span)
    }

    /// Whether `text` is the name of a namespace of built-in functions here.
    pub(super) fn is_namespace(&self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::Name(name) if matches!(name.as_str(), "az" | "sys") => {
                self.unit.find(name).is_none() && !self.is_local(name)
            }
            _ => false,
        }
    }

    pub(super) fn is_local(&self, text: &str) -> bool {
        self.scopes.iter().any(|scope| match scope {
            Scope::Locals(names) => names.iter().any(|name| name.as_ref() == text),
            Scope::Children(parent) => self.symbols.contains(child(parent, text).as_str()),
        })
    }

    /// Runs `lower` with the names of `scope` visible.
    pub(super) fn within<T>(&mut self, scope: Scope, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(scope);
        let lowered = lower(self);
        self.scopes.pop();
        lowered
    }
}
