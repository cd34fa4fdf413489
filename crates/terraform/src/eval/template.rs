//! Templates. <https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates>

use cmklint_graph::{Kind, Value, concat};

use cmklint_source::Span;

use super::{Evaluator, Scope};
use crate::syntax::ast::Piece;
use crate::values::{is_error, on_arms, prune, select, truth};

impl Evaluator<'_> {
    /// The text of `pieces`; the value itself where they are one interpolation.
    pub(super) fn template(&mut self, pieces: &[Piece], scope: &Scope, span: Span) -> Value {
        if let [Piece::Value(only)] = pieces {
            return self.eval(only, scope);
        }
        let parts = self.pieces(pieces, scope);
        match parts.iter().find(|p| is_error(p)) {
            Some(failed) => failed.clone(),
            None => self.too_large(&parts, span).unwrap_or_else(|| concat(&parts)),
        }
    }

    fn pieces(&mut self, pieces: &[Piece], scope: &Scope) -> Vec<Value> {
        let mut out = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push(Value::string(text.clone())),
                Piece::Value(expr) => out.push(textual(&prune(&self.eval(expr, scope)))),
                Piece::If { condition, then, otherwise } => {
                    let condition = truth(&prune(&self.eval(condition, scope)));
                    match condition.as_bool() {
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

    /// Names the body of a loop that can't be unrolled, by its first place.
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

/// What an interpolation makes of `value`: null, lists and objects are no text.
fn textual(value: &Value) -> Value {
    match &value.kind {
        Kind::Null => Value::string(""),
        Kind::Array(_) | Kind::Object(_) => Value::apply("tostring", std::slice::from_ref(value), None),
        Kind::Choice(choice) => on_arms(value, choice, textual),
        _ => value.clone(),
    }
}
