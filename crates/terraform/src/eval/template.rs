//! Templates. <https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates>

use std::sync::Arc;

use cmklint_graph::{Kind, Value, concat};
use cmklint_source::Span;

use super::collection::not_a_collection;
use super::{Evaluator, Scope};
use crate::functions::types::Ty;
use crate::functions::{self, file};
use crate::functions::{Stop, composed, convert};
use crate::syntax::ast::{Call, ExprKind, Piece};
use crate::values::{self, error, is_error, on_arms, prune, select, text_of, truth};

/// What it costs to render a byte of a template, and to read it before.
const BYTE_STEPS: usize = 2;
const READ_STEPS: usize = 2 * BYTE_STEPS;

impl Evaluator<'_> {
    /// The text of `pieces`; the value itself where they are one interpolation.
    pub(super) fn template(&mut self, pieces: &[Piece], scope: &Scope, span: Span) -> Value {
        if let [Piece::Value(only)] = pieces {
            return self.eval(only, scope);
        }
        let parts = self.pieces(pieces, scope);
        match parts.iter().find(|p| is_error(p)) {
            Some(failed) => failed.clone(),
            None => self.too_large(&parts, span).unwrap_or_else(|| composed(concat(&parts))),
        }
    }

    fn pieces(&mut self, pieces: &[Piece], scope: &Scope) -> Vec<Value> {
        let mut out = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push(Value::string(text.clone())),
                Piece::Value(expr) => out.push(textual(&prune(&self.eval(expr, scope)), expr.span)),
                Piece::If { condition, then, otherwise, .. } => {
                    let condition = truth(&prune(&self.eval(condition, scope)));
                    match condition.as_bool() {
                        None if is_error(&condition) => out.push(condition),
                        Some(true) => out.extend(self.pieces(then, scope)),
                        Some(false) => out.extend(self.pieces(otherwise, scope)),
                        None => {
                            let then = concat(&self.pieces(then, scope));
                            let otherwise = concat(&self.pieces(otherwise, scope));
                            out.push(select(&condition, &then, &otherwise));
                        }
                    }
                }
                Piece::For { key_name, value_name, collection, body } => {
                    let expr = collection;
                    let collection = prune(&self.eval(expr, scope));
                    if let Some(failed) = not_a_collection(&collection, expr.span) {
                        out.push(failed);
                        continue;
                    }
                    if !self.pay_for_members(&collection, expr.span) {
                        out.push(self.opaque(expr.span, "a loop that takes too many steps"));
                        continue;
                    }
                    let items = self.enumerate(&collection, true);
                    let items = self.with_keys(items, expr, &collection, scope);
                    if items.symbolic.is_some() || items.list.iter().any(|i| i.condition.as_bool() != Some(true)) {
                        let what = Value::apply("template-for", &[collection, self.opaque_body(body, scope)], None);
                        out.push(what);
                        continue;
                    }
                    for item in items.list {
                        if !self.has_steps() {
                            break;
                        }
                        let mut inner = scope.bind(value_name, item.value);
                        if let Some(key_name) = key_name {
                            inner = inner.bind(key_name, item.key);
                        }
                        out.extend(self.pieces(body, &inner));
                    }
                }
            }
        }
        out
    }

    /// `templatefile(path, vars)` and `templatestring(template, vars)`.
    /// <https://developer.hashicorp.com/terraform/language/functions/templatefile>
    pub(super) fn template_call(&mut self, call: &Call, args: &[Value], scope: &Scope, span: Span) -> Value {
        let unknown = Value::apply(&call.name, args, None);
        let [source, vars] = args else { return error(span, "two arguments") };
        let place = self.place(scope, span);
        let text = if &*call.name == "templatefile" {
            let path = convert::to(source, &Ty::String).map(|path| path.as_str().map(str::to_owned));
            let Ok(Some(path)) = path else { return unknown };
            match file::read(&path, &self.site(span, &place)).map(String::from_utf8) {
                Ok(Ok(text)) => text,
                Ok(Err(_)) => return error(span, "a file that is not UTF-8 text"),
                Err(Stop::Refused(why)) => return error(span, why),
                Err(Stop::Unknown) => return unknown,
            }
        } else {
            // The first argument must be a reference.
            if !call.args.first().is_some_and(|arg| matches!(arg.kind, ExprKind::Traversal(..))) {
                return error(span, "a template that is no reference");
            }
            let Some(text) = source.as_str() else { return unknown };
            text.to_owned()
        };
        self.rendered(&text, source, vars, scope, span).unwrap_or(unknown)
    }

    /// The template `text`, which `source` is or names, with the variables `vars`; `None` where that is not known.
    pub(super) fn rendered(
        &mut self,
        text: &str,
        source: &Value,
        vars: &Value,
        scope: &Scope,
        span: Span,
    ) -> Option<Value> {
        let vars = match &vars.kind {
            Kind::Object(vars) if vars.rest.is_none() => vars.clone(),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Array(_) => {
                return Some(error(span, "template variables that are not a map"));
            }
            _ => return None,
        };
        let pieces = self.template_pieces(text, span)?;
        let mut inner = scope.of_template();
        let word = |name: &str| {
            name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) && name.starts_with(char::is_alphabetic)
        };
        if vars.entries.keys().any(|name| !word(name)) {
            return Some(error(span, "a template variable whose name is not an identifier"));
        }
        for (name, entry) in &vars.entries {
            inner = inner.bind(name, values::inherit(source, &entry.value));
        }
        Some(self.template(&pieces, &inner, span))
    }

    /// What the template `text` at `span` is made of, read once for all instances of what is written there; `None` where that costs too much, or it is no template.
    fn template_pieces(&mut self, text: &str, span: Span) -> Option<Arc<[Piece]>> {
        let known = self.templates.read.get(&span).filter(|(of, _)| **of == *text);
        let known = known.map(|(_, pieces)| Arc::clone(pieces));
        // A template may render itself recursively, and what is rendered is made anew each time.
        let of_byte = if known.is_some() { BYTE_STEPS } else { READ_STEPS };
        let steps = text.len().saturating_mul(of_byte).saturating_add(functions::FILE_STEPS);
        if !self.pay(steps, text.len().saturating_mul(16), span) {
            return None;
        }
        if known.is_some() {
            return known;
        }
        let pieces: Arc<[Piece]> = crate::syntax::read_template(text, span)?.into();
        self.templates.keep(text, span, &pieces);
        Some(pieces)
    }

    /// A key for the body of a loop that can't be unrolled: its first place.
    fn opaque_body(&self, body: &[Piece], scope: &Scope) -> Value {
        let span = body.iter().find_map(|piece| match piece {
            Piece::Value(expr) | Piece::If { condition: expr, .. } | Piece::For { collection: expr, .. } => {
                Some(expr.span)
            }
            Piece::Text(_) => None,
        });
        let place = span.map_or_else(String::new, |s| format!("{}:{}", s.file.index(), s.start));
        self.symbol(scope.module, &format!("template:{place}"), "a loop in a template")
    }
}

/// The text of an interpolated `value`: null, lists and objects are errors.
fn textual(value: &Value, span: Span) -> Value {
    match &value.kind {
        Kind::Null | Kind::Array(_) | Kind::Object(_) => error(span, "an interpolated value that is not a string"),
        Kind::Choice(choice) => prune(&on_arms(value, choice, |arm| textual(arm, span))),
        Kind::Bool(_) | Kind::Number(_) => text_of(value).map_or_else(|| value.clone(), Value::string),
        _ => value.clone(),
    }
}
