//! An object of Bicep as the JSON that the compiler would write, with Bicep's own expressions as parameters.

use std::borrow::Cow;
use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_template::{Expr, ExprKind, Member};
use jsonc_parser::ast;
use jsonc_parser::common::Range;

use super::{Lower, unknown};
use crate::syntax::{
    Array, ArrayItem, ByteRange, Expression, ExpressionKind, Object, ObjectItem, PropertyName, StringLiteral,
    StringSegment,
};

/// What a template as JSON is made of beside its text.
pub(super) struct Tree {
    /// Whether expressions are evaluated in the template's own scope. Then those of Bicep are not known, nor is text in brackets, which is text there.
    is_inner: bool,
    /// Bicep's expressions, by the names of the parameters that represent them.
    expressions: Vec<(String, Expr)>,
}

impl Tree {
    pub(super) fn new(is_inner: bool) -> Self {
        Self { is_inner, expressions: Vec::new() }
    }

    /// The arguments for the parameters that represent expressions.
    pub(super) fn arguments(self) -> impl Iterator<Item = Member> {
        self.expressions.into_iter().map(|(name, value)| {
            let key = Expr { kind: ExprKind::Literal(Literal::String(Arc::from(name))), span: value.span };
            Member::Property { key, value }
        })
    }

    /// The template `object`; `None` where its resources are computed.
    pub(super) fn template<'a>(&mut self, lower: &mut Lower<'a, '_>, object: &Object) -> Option<ast::Object<'a>> {
        let mut template = self.object(lower, object)?;
        let resources = template.properties.iter().find(|property| property.name.as_str() == "resources");
        if resources.is_some_and(|resources| resources.value.as_string_lit().is_some()) {
            return None;
        }
        let own = range(&object.range);
        let declared = |(name, _): &(String, Expr)| ast::ObjectProp {
            range: own,
            name: ast::ObjectPropName::String(ast::StringLit { range: own, value: Cow::Owned(name.clone()) }),
            value: ast::Value::Object(ast::Object { range: own, properties: Vec::new() }),
        };
        let declared: Vec<_> = self.expressions.iter().map(declared).collect();
        let parameters = template.properties.iter_mut().find(|property| property.name.as_str() == "parameters");
        match parameters.map(|property| &mut property.value) {
            Some(ast::Value::Object(parameters)) => parameters.properties.extend(declared),
            Some(_) => return None,
            None => template.properties.push(ast::ObjectProp {
                range: own,
                name: ast::ObjectPropName::Word(ast::WordLit { range: own, value: "parameters" }),
                value: ast::Value::Object(ast::Object { range: own, properties: declared }),
            }),
        }
        Some(template)
    }

    fn value<'a>(&mut self, lower: &mut Lower<'a, '_>, expression: &Expression) -> ast::Value<'a> {
        let at = range(&expression.range);
        let written = match &expression.kind {
            ExpressionKind::Null => Some(ast::Value::NullKeyword(ast::NullKeyword { range: at })),
            ExpressionKind::Boolean(value) => {
                Some(ast::Value::BooleanLit(ast::BooleanLit { range: at, value: *value }))
            }
            ExpressionKind::Integer(_) => {
                lower.text.get(at.start..at.end).map(|value| ast::Value::NumberLit(ast::NumberLit { range: at, value }))
            }
            ExpressionKind::String(text) => self.text(lower, text).map(ast::Value::StringLit),
            ExpressionKind::Array(array) => self.array(lower, array, at).map(ast::Value::Array),
            ExpressionKind::Object(object) => self.object(lower, object).map(ast::Value::Object),
            _ => None,
        };
        written.unwrap_or_else(|| self.computed(lower, expression))
    }

    fn array<'a>(&mut self, lower: &mut Lower<'a, '_>, array: &Array, at: Range) -> Option<ast::Array<'a>> {
        let is_written = |item: &ArrayItem| matches!(item, ArrayItem::Value(_));
        if array.broken || !array.items.iter().all(is_written) {
            return None;
        }
        let values = array.items.iter().map(|item| match item {
            ArrayItem::Value(value) | ArrayItem::Spread(value) => self.value(lower, value),
        });
        Some(ast::Array { range: at, elements: values.collect() })
    }

    fn object<'a>(&mut self, lower: &mut Lower<'a, '_>, object: &Object) -> Option<ast::Object<'a>> {
        let is_written = |item: &ObjectItem| match item {
            ObjectItem::Property(property) => property.name.plain().is_some(),
            _ => false,
        };
        if object.broken || !object.items.iter().all(is_written) {
            return None;
        }
        let mut properties = Vec::with_capacity(object.items.len());
        for item in &object.items {
            let ObjectItem::Property(property) = item else { continue };
            let at = match &property.name {
                PropertyName::Name(name) => range(&name.range),
                PropertyName::String(text) => range(&text.range),
            };
            let name = Cow::Owned(property.name.plain().unwrap_or_default().to_owned());
            properties.push(ast::ObjectProp {
                range: Range { start: at.start, end: property.value.range.end as usize },
                name: ast::ObjectPropName::String(ast::StringLit { range: at, value: name }),
                value: self.value(lower, &property.value),
            });
        }
        Some(ast::Object { range: range(&object.range), properties })
    }

    /// Text without interpolations, where it means the same in JSON and its parts can be pointed to.
    fn text<'a>(&self, lower: &Lower<'a, '_>, text: &StringLiteral) -> Option<ast::StringLit<'a>> {
        let plain = text.plain()?;
        let at = range(&text.range);
        let raw = lower.text.get(at.start + 1..at.end.checked_sub(1)?)?;
        if raw == plain && !self.is_expression(plain) {
            return Some(ast::StringLit { range: at, value: Cow::Borrowed(raw) });
        }
        let is_simple = !raw.starts_with("''") && !raw.contains("\\u");
        let may_be = !plain.starts_with('[') || (!self.is_inner && is_simple);
        let value = if raw == plain { Cow::Borrowed(raw) } else { Cow::Owned(plain.to_owned()) };
        may_be.then_some(ast::StringLit { range: at, value })
    }

    fn is_expression(&self, text: &str) -> bool {
        self.is_inner && text.starts_with('[')
    }

    /// A parameter for an expression.
    fn computed<'a>(&mut self, lower: &mut Lower<'a, '_>, expression: &Expression) -> ast::Value<'a> {
        let at = range(&expression.range);
        let value = if self.is_inner || makes_expression(expression) {
            unknown("an expression of the template within", lower.span(&expression.range))
        } else {
            lower.expression(expression)
        };
        let name = format!("expression {} of Bicep", self.expressions.len() + 1);
        let text = format!("[parameters('{name}')]");
        self.expressions.push((name, value));
        ast::Value::StringLit(ast::StringLit { range: at, value: Cow::Owned(text) })
    }
}

/// Whether an expression may come to text in brackets, which the template within then evaluates.
fn makes_expression(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::String(text) => match text.segments.first() {
            Some(StringSegment::Text { value, .. }) => value.starts_with('['),
            _ => text.broken,
        },
        _ => false,
    }
}

fn range(range: &ByteRange) -> Range {
    Range { start: range.start as usize, end: range.end as usize }
}
