//! Calls of functions.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::{Diagnostic, Span, join, parent};
use cmklint_template::{Expr, ExprKind};

use super::expression::called;
use super::unit::Declared;
use super::{Lower, unknown};
use crate::syntax::{DeclarationKind, Expression, ExpressionKind, Name, StringLiteral};

/// A name may refer to another this many times on the way to a text.
const MAX_STEPS: usize = 16;

/// Functions that read a file, by the path that is their first argument.
const LOADS: [&str; 5] =
    ["loadTextContent", "loadJsonContent", "loadYamlContent", "loadFileAsBase64", "loadDirectoryFileInfo"];

impl Lower<'_, '_> {
    /// `function(arguments)`.
    pub(super) fn call(&mut self, function: &Name, arguments: &[Expression], span: Span) -> Expr {
        let name = function.text.as_str();
        match self.unit.find(name) {
            Some(Declared::Here(_)) => match self.unit.declaration(name) {
                Some(DeclarationKind::Function { .. }) => {
                    let args = self.arguments(arguments);
                    let function = self.key(name);
                    Expr { kind: ExprKind::UserCall { function, args }, span }
                }
                Some(DeclarationKind::Broken { .. }) => unknown(name, span),
                // A symbol of another kind has the name of a function.
                _ => self.built_in(name, arguments, span),
            },
            Some(Declared::Imported { path, name: original }) => {
                let (path, original) = (path.clone(), original.clone());
                let args = self.arguments(arguments);
                self.imported_call(name, &path, &original, args, span)
            }
            Some(Declared::Namespace { .. } | Declared::Opaque) => unknown(name, span),
            None => self.built_in(name, arguments, span),
        }
    }

    fn arguments(&mut self, arguments: &[Expression]) -> Vec<Expr> {
        arguments.iter().map(|argument| self.expression(argument)).collect()
    }

    /// `object.function(arguments)`.
    pub(super) fn method(
        &mut self,
        object: &Expression,
        function: &Name,
        arguments: &[Expression],
        span: Span,
    ) -> Expr {
        if self.is_namespace(object) {
            return self.built_in(&function.text, arguments, span);
        }
        if let ExpressionKind::Name(name) = &object.kind
            && !self.is_local(name)
            && let Some(Declared::Namespace { path }) = self.unit.find(name)
        {
            let path = path.clone();
            let args = self.arguments(arguments);
            let local = format!("{name}.{}", function.text);
            return self.imported_call(&local, &path, &function.text, args, span);
        }
        let object = self.expression(object);
        if !is_resource(&object) || !function.text.starts_with("list") {
            // `getSecret` and the like: the code doesn't contain their results.
            return unknown(&format!("{}()", function.text), span);
        }
        // `storage.listKeys()` is `listKeys(storage.id, …)`.
        let of = Box::new(object);
        let id = Expr { kind: ExprKind::Member { of, name: Arc::from("id"), safe: false }, span };
        let mut args = vec![id];
        args.extend(self.arguments(arguments));
        called(&function.text, args, span)
    }

    fn built_in(&mut self, name: &str, arguments: &[Expression], span: Span) -> Expr {
        match (name, arguments) {
            ("any", [value]) => Expr { span, ..self.expression(value) },
            ("nameof", [symbol]) => {
                let name = name_of(symbol).map(|name| Literal::String(self.interner.get(name)));
                name.map_or_else(|| unknown("a name", span), |name| Expr { kind: ExprKind::Literal(name), span })
            }
            (name, [path, rest @ ..]) if LOADS.contains(&name) => self.load(name, path, rest, span),
            _ => {
                let args = self.arguments(arguments);
                Expr { kind: ExprKind::Call { function: self.interner.get(name), args }, span }
            }
        }
    }

    /// A function that reads a file: its path becomes relative to the tree.
    fn load(&mut self, name: &str, path: &Expression, rest: &[Expression], span: Span) -> Expr {
        let Some(relative) = self.plain(path) else { return unknown(&format!("{name}()"), span) };
        let Some(full) = join(parent(&self.unit.path), &relative) else {
            let message = format!("'{relative}' leads out of the tree");
            self.diagnostics.push(Diagnostic::warning("outside-tree", message, self.span(&path.range)));
            return unknown(&format!("{name}()"), span);
        };
        let full = Expr { kind: ExprKind::Literal(Literal::String(full.into())), span: self.span(&path.range) };
        let mut args = vec![full];
        args.extend(self.arguments(rest));
        called(name, args, span)
    }

    /// The text of an expression before deployment: a string, or a variable that is one.
    pub(super) fn plain(&self, expression: &Expression) -> Option<String> {
        let mut at = expression;
        for _ in 0..MAX_STEPS {
            match &at.kind {
                ExpressionKind::String(text) => return text.plain().map(str::to_owned),
                ExpressionKind::Name(name) if !self.is_local(name) => match self.unit.declaration(name)? {
                    DeclarationKind::Variable { value, .. } => at = value,
                    _ => return None,
                },
                _ => return None,
            }
        }
        None
    }
}

fn is_resource(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Resource(_) => true,
        ExprKind::Index { of, .. } => matches!(of.kind, ExprKind::Resource(_)),
        _ => false,
    }
}

/// The last name in the argument of `nameof`.
fn name_of(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name),
        ExpressionKind::Member { property, .. } => Some(&property.text),
        ExpressionKind::NestedResource { name, .. } => Some(&name.text),
        ExpressionKind::Index { object, index, .. } => match &index.kind {
            ExpressionKind::String(text) => StringLiteral::plain(text),
            _ => name_of(object),
        },
        ExpressionKind::NonNull(inner) => name_of(inner),
        _ => None,
    }
}
