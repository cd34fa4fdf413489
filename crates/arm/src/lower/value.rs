use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Diagnostic;
use cmklint_template::{Expr, ExprKind, Item, Loop, LoopOver, Member};
use jsonc_parser::ast::{Array, Object, ObjectProp, StringLit, Value};

use super::Lower;
use crate::expression::{self, StringContent};
use crate::json;
use crate::names::Env;
use crate::string_offsets::StringOffsets;

impl Lower<'_> {
    /// Lowers any JSON value; its text may be expressions.
    pub(super) fn value(&mut self, value: &Value<'_>, env: Env<'_>) -> Expr {
        let span = self.span(value);
        let kind = match value {
            Value::StringLit(lit) => return self.string(lit, env),
            Value::NumberLit(lit) => match json::number(lit.value) {
                Some(literal) => ExprKind::Literal(literal),
                None => ExprKind::Unknown(Arc::from("a number that a double cannot hold")),
            },
            Value::BooleanLit(lit) => ExprKind::Literal(Literal::Bool(lit.value)),
            Value::NullKeyword(_) => ExprKind::Literal(Literal::Null),
            Value::Array(array) => {
                ExprKind::Array(array.elements.iter().map(|v| Item::Value(self.value(v, env))).collect())
            }
            Value::Object(object) => ExprKind::Object(self.members(object, env, |_| true)),
        };
        Expr { kind, span }
    }

    /// Lowers a string to an expression or to its text. Either has the span of the whole string with its quotes.
    pub(super) fn string(&mut self, lit: &StringLit<'_>, env: Env<'_>) -> Expr {
        let span = self.span(lit);
        let mut text: &str = &lit.value;
        if self.unescapes {
            text = match expression::read(text) {
                StringContent::Expression(_) => return self.unknown("an expression of the template around", span),
                StringContent::Literal(content) => content,
            };
        }
        let inner = match expression::read(text) {
            StringContent::Literal(text) => return self.text(text, span),
            StringContent::Expression(inner) => inner,
        };
        let mut place = StringOffsets::new(self.file.id(), self.file.text(), lit);
        place.skip(lit.value.len() - text.len());
        match expression::parse(inner, &place, &mut self.interner, env) {
            Ok(expr) => Expr { kind: expr.kind, span },
            Err(fault) => {
                let at = place.span(fault.start, fault.end);
                self.diagnostics.push(Diagnostic::warning("expression", fault.message, at));
                self.unknown("an expression that does not parse", span)
            }
        }
    }

    /// Lowers the members of `object` whose name `keep` accepts; the items of a property `copy` are members of their own.
    pub(super) fn members(&mut self, object: &Object<'_>, env: Env<'_>, keep: impl Fn(&str) -> bool) -> Vec<Member> {
        let mut members = Vec::with_capacity(object.properties.len());
        for property in json::last_of_each(object) {
            if !keep(property.name.as_str()) {
                continue;
            }
            if let Some(copies) = property_copies(property) {
                for copy in copies.elements.iter().filter_map(Value::as_object) {
                    if let Some(name) = json::value(copy, "name") {
                        let key = self.value(name, env);
                        members.push(Member::Property { key, value: self.property_copy(copy, env) });
                    }
                }
                continue;
            }
            let key = self.key(property, env);
            members.push(Member::Property { key, value: self.value(&property.value, env) });
        }
        members
    }

    /// The name of a member, which may be an expression.
    pub(super) fn key(&mut self, property: &ObjectProp<'_>, env: Env<'_>) -> Expr {
        match &property.name {
            jsonc_parser::ast::ObjectPropName::String(lit) => self.string(lit, env),
            jsonc_parser::ast::ObjectPropName::Word(word) => {
                let span = self.span(word);
                self.text(word.value, span)
            }
        }
    }

    /// The array that a `copy` with `count` and `input` makes.
    pub(super) fn property_copy(&mut self, copy: &Object<'_>, env: Env<'_>) -> Expr {
        let span = self.span(copy);
        let repeat = self.repeat(copy, env);
        let body = match json::value(copy, "input") {
            Some(input) => self.value(input, env),
            None => self.unknown("the copy has no input", span),
        };
        Expr { kind: ExprKind::For { repeat, condition: None, body: Box::new(body) }, span }
    }

    /// The loop of a `copy` with `name` and `count`.
    pub(super) fn repeat(&mut self, copy: &Object<'_>, env: Env<'_>) -> Loop {
        let span = self.span(copy);
        let count = match json::value(copy, "count") {
            Some(count) => self.value(count, env),
            None => self.unknown("the copy has no count", span),
        };
        let name = json::string(copy, "name").map(|name| self.interner.get(&name.value));
        Loop { span, over: LoopOver::Count(Box::new(count)), item: None, index: None, name }
    }
}

/// The items of `property` where it is a property copy: an array named `copy` of objects that each have a name and a count.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-properties>
fn property_copies<'v, 't>(property: &'v ObjectProp<'t>) -> Option<&'v Array<'t>> {
    if !property.name.as_str().eq_ignore_ascii_case("copy") {
        return None;
    }
    let copies = property.value.as_array().filter(|a| !a.elements.is_empty())?;
    let is_copy = |v: &Value<'_>| {
        v.as_object().is_some_and(|o| json::value(o, "name").is_some() && json::value(o, "count").is_some())
    };
    copies.elements.iter().all(is_copy).then_some(copies)
}
