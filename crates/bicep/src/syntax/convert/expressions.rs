use tree_sitter::Node;

use super::{Converter, Parts, strings};
use crate::syntax::{
    Array, ArrayItem, BinaryOperator, ByteRange, Expression, ExpressionKind, For, Loop, Object, ObjectItem, Property,
    PropertyName, UnaryOperator,
};

impl<'t> Converter<'t> {
    /// Converts a node that is an expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Expression {
        let range = self.range(node);
        self.deeper(node, |converter| kind(converter, node))
            .unwrap_or(Expression { kind: ExpressionKind::Error, range })
    }

    /// Converts the field of `of` that is an expression; an error node where it is missing.
    pub(super) fn expression_or_error(&mut self, node: Option<Node<'t>>, of: Node<'t>) -> Expression {
        match node {
            Some(node) => self.expression(node),
            None => Expression { kind: ExpressionKind::Error, range: self.range(of) },
        }
    }

    fn boxed(&mut self, node: Option<Node<'t>>, of: Node<'t>) -> Box<Expression> {
        Box::new(self.expression_or_error(node, of))
    }

    /// Converts a node that is an object; broken and empty where it is not, or is nested too deeply.
    pub(super) fn object(&mut self, node: Node<'t>) -> Object {
        let range = self.range(node);
        let empty = Object { items: Vec::new(), range, broken: true };
        if node.kind() != "object" {
            return empty;
        }
        self.deeper(node, |converter| object(converter, node)).unwrap_or(empty)
    }

    /// The header of a `for_expression`.
    pub(super) fn each(&mut self, parts: &Parts<'t>, node: Node<'t>) -> Loop {
        Loop {
            item: self.name_or_empty(parts.field("item"), node),
            index: parts.field("index").map(|name| self.name(name)),
            iterable: self.expression_or_error(parts.field("iterable"), node),
        }
    }

    pub(super) fn property_name(&mut self, node: Option<Node<'t>>, of: Node<'t>) -> PropertyName {
        match node {
            Some(node) if matches!(node.kind(), "string" | "multiline_string") => {
                PropertyName::String(strings::string(self, node))
            }
            node => PropertyName::Name(self.name_or_empty(node, of)),
        }
    }
}

fn kind<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Expression {
    let range = converter.range(node);
    let kind = match node.kind() {
        _ if node.is_missing() => ExpressionKind::Error,
        "null" => ExpressionKind::Null,
        "boolean" => ExpressionKind::Boolean(converter.text(node) == "true"),
        "integer" => integer(converter, node).map_or(ExpressionKind::Error, ExpressionKind::Integer),
        "identifier" => ExpressionKind::Name(converter.text(node).to_owned()),
        "string" | "multiline_string" => ExpressionKind::String(strings::string(converter, node)),
        "array" => ExpressionKind::Array(array(converter, node)),
        "object" => ExpressionKind::Object(object(converter, node)),
        other => {
            let parts = Parts::of(node);
            if parts.broken {
                ExpressionKind::Error
            } else if other == "parenthesized_expression" {
                return converter.expression_or_error(parts.field("expression"), node);
            } else {
                composed(converter, node, &parts)
            }
        }
    };
    Expression { kind, range }
}

fn composed<'t>(converter: &mut Converter<'t>, node: Node<'t>, parts: &Parts<'t>) -> ExpressionKind {
    match node.kind() {
        "for_expression" => for_expression(converter, node, parts),
        "member_expression" => ExpressionKind::Member {
            object: converter.boxed(parts.field("object"), node),
            property: converter.name_or_empty(parts.field("property"), node),
            safe: parts.field("safe").is_some(),
        },
        "index_expression" => ExpressionKind::Index {
            object: converter.boxed(parts.field("object"), node),
            index: converter.boxed(parts.field("index"), node),
            safe: parts.field("safe").is_some(),
            from_end: parts.field("from_end").is_some(),
        },
        "resource_access_expression" => ExpressionKind::NestedResource {
            parent: converter.boxed(parts.field("object"), node),
            name: converter.name_or_empty(parts.field("name"), node),
        },
        "non_null_expression" => ExpressionKind::NonNull(converter.boxed(parts.field("operand"), node)),
        "call_expression" => match arguments(converter, parts.field("arguments")) {
            Some(arguments) => {
                ExpressionKind::Call { function: converter.name_or_empty(parts.field("function"), node), arguments }
            }
            None => ExpressionKind::Error,
        },
        "method_call_expression" => match arguments(converter, parts.field("arguments")) {
            Some(arguments) => ExpressionKind::MethodCall {
                object: converter.boxed(parts.field("object"), node),
                function: converter.name_or_empty(parts.field("function"), node),
                arguments,
            },
            None => ExpressionKind::Error,
        },
        "unary_expression" => match parts.field("operator").and_then(|sign| unary(sign.kind())) {
            Some(operator) => {
                ExpressionKind::Unary { operator, operand: converter.boxed(parts.field("operand"), node) }
            }
            None => ExpressionKind::Error,
        },
        "binary_expression" => match parts.field("operator").and_then(|sign| BinaryOperator::from_sign(sign.kind())) {
            Some(operator) => ExpressionKind::Binary {
                operator,
                left: converter.boxed(parts.field("left"), node),
                right: converter.boxed(parts.field("right"), node),
            },
            None => ExpressionKind::Error,
        },
        "ternary_expression" => ExpressionKind::Ternary {
            condition: converter.boxed(parts.field("condition"), node),
            consequence: converter.boxed(parts.field("consequence"), node),
            alternative: converter.boxed(parts.field("alternative"), node),
        },
        "lambda_expression" => ExpressionKind::Lambda {
            parameters: parts.fields("parameter").map(|name| converter.name(name)).collect(),
            body: converter.boxed(parts.field("body"), node),
        },
        _ => ExpressionKind::Error,
    }
}

pub(super) fn unary(sign: &str) -> Option<UnaryOperator> {
    match sign {
        "!" => Some(UnaryOperator::Not),
        "-" => Some(UnaryOperator::Minus),
        _ => None,
    }
}

pub(super) fn integer(converter: &mut Converter<'_>, node: Node<'_>) -> Option<u64> {
    let value = converter.text(node).parse().ok();
    if value.is_none() {
        let range = converter.range(node);
        converter.error(range, "this number is too large");
    }
    value
}

/// Empty where one of the arguments could not be separated from the next.
fn arguments<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>) -> Option<Vec<Expression>> {
    let parts = Parts::of(node?);
    if parts.broken {
        return None;
    }
    Some(parts.named().map(|argument| converter.expression(argument)).collect())
}

fn for_expression<'t>(converter: &mut Converter<'t>, node: Node<'t>, parts: &Parts<'t>) -> ExpressionKind {
    let each = converter.each(parts, node);
    let body = parts.field("body");
    let (condition, body) = match body {
        Some(body) if body.kind() == "condition" => {
            let parts = Parts::of(body);
            let mut value = converter.expression_or_error(parts.field("body"), body);
            if parts.broken {
                value.kind = ExpressionKind::Error;
            }
            (Some(converter.expression_or_error(parts.field("condition"), body)), value)
        }
        body => (None, converter.expression_or_error(body, node)),
    };
    ExpressionKind::For(Box::new(For { each, condition, body }))
}

fn array<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Array {
    let parts = Parts::of(node);
    let mut array = Array { items: Vec::with_capacity(parts.children.len() / 2), broken: parts.broken };
    let mut last = None;
    for child in parts.named() {
        if child.is_error() {
            if let (Some(before), Some(item)) = (last, array.items.last_mut())
                && converter.same_line(before, child)
            {
                let (ArrayItem::Value(value) | ArrayItem::Spread(value)) = item;
                value.kind = ExpressionKind::Error;
            }
            continue;
        }
        last = Some(child);
        array.items.push(match child.kind() {
            "spread" => ArrayItem::Spread(spread(converter, child)),
            _ => ArrayItem::Value(converter.expression(child)),
        });
    }
    array
}

fn spread<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Expression {
    let parts = Parts::of(node);
    let value = converter.expression_or_error(parts.field("value"), node);
    spoiled_if(parts.broken, value)
}

fn spoiled_if(broken: bool, mut value: Expression) -> Expression {
    if broken {
        value.kind = ExpressionKind::Error;
    }
    value
}

fn object<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Object {
    let parts = Parts::of(node);
    let range: ByteRange = converter.range(node);
    let mut object = Object { items: Vec::with_capacity(parts.children.len() / 2), range, broken: parts.broken };
    let mut last = None;
    for child in parts.named() {
        if child.is_error() {
            if let (Some(before), Some(item)) = (last, object.items.last_mut())
                && converter.same_line(before, child)
            {
                match item {
                    ObjectItem::Property(Property { value, .. }) | ObjectItem::Spread(value) => {
                        value.kind = ExpressionKind::Error;
                    }
                    ObjectItem::Resource(resource) => super::declarations::spoil(resource),
                }
            }
            continue;
        }
        last = Some(child);
        match child.kind() {
            "property" => {
                let parts = Parts::of(child);
                let name = converter.property_name(parts.field("name"), child);
                let value = converter.expression_or_error(parts.field("value"), child);
                let value = spoiled_if(parts.broken, value);
                object.items.push(ObjectItem::Property(Property { name, value, range: converter.range(child) }));
            }
            "spread" => object.items.push(ObjectItem::Spread(spread(converter, child))),
            "resource_declaration" => {
                object
                    .items
                    .extend(converter.declaration(child).map(|resource| ObjectItem::Resource(Box::new(resource))));
            }
            _ => object.broken = true,
        }
    }
    object
}
