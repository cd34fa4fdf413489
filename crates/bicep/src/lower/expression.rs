//! Expressions.

use std::sync::Arc;

use cmklint_graph::{Literal, Number};
use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind, Item, Loop, LoopOver, Member};

use super::name::Scope;
use super::{Lower, unknown};
use crate::syntax::{
    self, Array, ArrayItem, BinaryOperator, ByteRange, Expression, ExpressionKind, Object, ObjectItem, Property,
    PropertyName, StringLiteral, StringSegment, UnaryOperator,
};

/// The value of an expression that is a literal.
pub(super) fn literal(expression: &Expression) -> Option<Literal> {
    Some(match &expression.kind {
        ExpressionKind::Null => Literal::Null,
        ExpressionKind::Boolean(value) => Literal::Bool(*value),
        ExpressionKind::Integer(value) => integer(*value, false)?,
        ExpressionKind::String(text) => Literal::String(text.plain()?.into()),
        ExpressionKind::Unary { operator: UnaryOperator::Minus, operand } => match operand.kind {
            ExpressionKind::Integer(value) => integer(value, true)?,
            _ => return None,
        },
        _ => return None,
    })
}

fn integer(value: u64, negative: bool) -> Option<Literal> {
    let value = i128::from(value);
    let value = if negative { -value } else { value };
    i64::try_from(value).ok().map(|value| Literal::Number(Number::Int(value)))
}

pub(super) fn called(function: &str, args: Vec<Expr>, span: Span) -> Expr {
    Expr { kind: ExprKind::Call { function: Arc::from(function), args }, span }
}

impl Lower<'_, '_> {
    /// Lowers an expression; its span is the expression's, without parentheses around it.
    pub(super) fn expression(&mut self, expression: &Expression) -> Expr {
        let span = self.span(&expression.range);
        if let Some(literal) = literal(expression) {
            return Expr { kind: ExprKind::Literal(literal), span };
        }
        match &expression.kind {
            ExpressionKind::Name(name) => self.name(name, &expression.range),
            ExpressionKind::String(text) => self.string(text),
            ExpressionKind::Array(array) => self.array(array, span),
            ExpressionKind::Object(object) => {
                for resource in object.resources() {
                    self.error(
                        &resource.range,
                        "a resource can only be declared at the top or in the body of a resource",
                    );
                }
                self.object(object, |_| false)
            }
            ExpressionKind::For(each) => {
                let (repeat, names) = self.repeat(&each.each);
                self.within(names, |lower| {
                    let condition = each.condition.as_ref().map(|condition| Box::new(lower.expression(condition)));
                    let body = Box::new(lower.expression(&each.body));
                    Expr { kind: ExprKind::For { repeat, condition, body }, span }
                })
            }
            ExpressionKind::Member { object, property, safe } => self.member_of(object, property, *safe, span),
            ExpressionKind::Index { object, index, safe, from_end } => {
                let of = Box::new(self.expression(object));
                let index = Box::new(self.expression(index));
                Expr { kind: ExprKind::Index { of, index, safe: *safe, from_end: *from_end }, span }
            }
            ExpressionKind::NestedResource { parent, name } => self.nested(parent, name, &expression.range),
            ExpressionKind::NonNull(operand) => Expr { span, ..self.expression(operand) },
            ExpressionKind::Call { function, arguments } => self.call(function, arguments, span),
            ExpressionKind::MethodCall { object, function, arguments } => {
                self.method(object, function, arguments, span)
            }
            ExpressionKind::Unary { operator, operand } => {
                let operand = self.expression(operand);
                match operator {
                    UnaryOperator::Not => called("not", vec![operand], span),
                    UnaryOperator::Minus => {
                        let zero = Expr { kind: ExprKind::Literal(Literal::Number(Number::Int(0))), span };
                        called("sub", vec![zero, operand], span)
                    }
                }
            }
            ExpressionKind::Binary { operator, left, right } => {
                let (left, right) = (self.expression(left), self.expression(right));
                binary(*operator, left, right, span)
            }
            ExpressionKind::Ternary { condition, consequence, alternative } => {
                let args = vec![self.expression(condition), self.expression(consequence), self.expression(alternative)];
                called("if", args, span)
            }
            ExpressionKind::Lambda { parameters, body } => {
                let parameters: Vec<Arc<str>> = parameters.iter().map(|name| self.interner.get(&name.text)).collect();
                let names = Scope::Locals(parameters.clone());
                let body = Box::new(self.within(names, |lower| lower.expression(body)));
                Expr { kind: ExprKind::Lambda { parameters, body }, span }
            }
            ExpressionKind::Null | ExpressionKind::Boolean(_) => unknown("a value", span),
            ExpressionKind::Integer(_) => unknown("a number that 64 bits cannot hold", span),
            ExpressionKind::Error => unknown("a value that could not be read", span),
        }
    }

    fn member_of(&mut self, object: &Expression, property: &syntax::Name, safe: bool, span: Span) -> Expr {
        if let ExpressionKind::Name(name) = &object.kind
            && !self.is_local(name)
        {
            match self.unit.find(name) {
                Some(super::unit::Declared::Namespace { path }) => {
                    let path = path.clone();
                    return self.imported_member(name, &path, property, span);
                }
                None if name == "base" => {
                    if let Some(value) = self.base.as_ref().and_then(|base| base.get(&property.text)) {
                        return Expr { kind: value.kind.clone(), span };
                    }
                }
                _ => {}
            }
        }
        let of = Box::new(self.expression(object));
        if property.text.is_empty() {
            return unknown("a property whose name could not be read", span);
        }
        Expr { kind: ExprKind::Member { of, name: self.interner.get(&property.text), safe }, span }
    }

    fn imported_member(&mut self, namespace: &str, path: &str, property: &syntax::Name, span: Span) -> Expr {
        let known = self.exports_name(path, &property.text);
        let local = format!("{namespace}.{}", property.text);
        if !known {
            self.unknown_name(&local, &property.range);
        }
        self.imported_variable(&local, path, &property.text, span)
    }

    /// Lowers a string: a literal, or an interpolation.
    pub(super) fn string(&mut self, text: &StringLiteral) -> Expr {
        let span = self.span(&text.range);
        if let Some(plain) = text.plain() {
            return Expr { kind: ExprKind::Literal(Literal::String(self.interner.get(plain))), span };
        }
        if text.broken {
            return unknown("a text that could not be read", span);
        }
        let parts = text.segments.iter().map(|segment| match segment {
            StringSegment::Text { value, range } => {
                Expr { kind: ExprKind::Literal(Literal::String(Arc::from(value.as_str()))), span: self.span(range) }
            }
            StringSegment::Interpolation(expression) => self.expression(expression),
        });
        let parts = parts.collect();
        Expr { kind: ExprKind::Interpolation(parts), span }
    }

    fn array(&mut self, array: &Array, span: Span) -> Expr {
        let mut items = Vec::with_capacity(array.items.len() + 1);
        if array.broken {
            // It is not known which item has which index.
            items.push(Item::Spread(unknown("items that could not be read", span)));
        }
        for item in &array.items {
            items.push(match item {
                ArrayItem::Value(value) => Item::Value(self.expression(value)),
                ArrayItem::Spread(value) => Item::Spread(self.expression(value)),
            });
        }
        Expr { kind: ExprKind::Array(items), span }
    }

    /// Lowers an object without the properties whose plain names `apart` accepts, and without the resources in it.
    pub(super) fn object(&mut self, object: &Object, apart: impl Fn(&str) -> bool) -> Expr {
        let span = self.span(&object.range);
        let mut members = Vec::with_capacity(object.items.len() + 1);
        if object.broken {
            members.push(Member::Spread(unknown("properties that could not be read", span)));
        }
        for item in &object.items {
            match item {
                ObjectItem::Property(property) if property.name.plain().is_some_and(&apart) => {}
                ObjectItem::Property(property) => members.push(self.object_member(property)),
                ObjectItem::Spread(value) => members.push(Member::Spread(self.expression(value))),
                ObjectItem::Resource(_) => {}
            }
        }
        Expr { kind: ExprKind::Object(members), span }
    }

    fn object_member(&mut self, property: &Property) -> Member {
        let key = match &property.name {
            PropertyName::Name(name) => {
                let text = Literal::String(self.interner.get(&name.text));
                Expr { kind: ExprKind::Literal(text), span: self.span(&name.range) }
            }
            PropertyName::String(text) => self.string(text),
        };
        Member::Property { key, value: self.expression(&property.value) }
    }

    /// A loop, and the names of its variables, which its collection doesn't see.
    pub(super) fn repeat(&mut self, each: &syntax::Loop) -> (Loop, Scope) {
        let start: &ByteRange = &each.item.range;
        let span = self.span(start).cover(self.span(&each.iterable.range));
        let over = LoopOver::Items(Box::new(self.expression(&each.iterable)));
        let item = self.interner.get(&each.item.text);
        let index = each.index.as_ref().map(|index| self.interner.get(&index.text));
        let names = [Some(Arc::clone(&item)), index.clone()].into_iter().flatten().collect();
        (Loop { span, over, item: Some(item), index, name: None }, Scope::Locals(names))
    }
}

fn binary(operator: BinaryOperator, left: Expr, right: Expr, span: Span) -> Expr {
    let folded = |expr: Expr| {
        let span = expr.span;
        called("toLower", vec![expr], span)
    };
    let function = match operator {
        BinaryOperator::Coalesce => "coalesce",
        BinaryOperator::Or => "or",
        BinaryOperator::And => "and",
        BinaryOperator::Equal => "equals",
        BinaryOperator::NotEqual => return called("not", vec![called("equals", vec![left, right], span)], span),
        BinaryOperator::EqualIgnoreCase => return called("equals", vec![folded(left), folded(right)], span),
        BinaryOperator::NotEqualIgnoreCase => {
            return called("not", vec![called("equals", vec![folded(left), folded(right)], span)], span);
        }
        BinaryOperator::Less => "less",
        BinaryOperator::LessOrEqual => "lessOrEquals",
        BinaryOperator::Greater => "greater",
        BinaryOperator::GreaterOrEqual => "greaterOrEquals",
        BinaryOperator::Add => "add",
        BinaryOperator::Subtract => "sub",
        BinaryOperator::Multiply => "mul",
        BinaryOperator::Divide => "div",
        BinaryOperator::Modulo => "mod",
    };
    called(function, vec![left, right], span)
}
