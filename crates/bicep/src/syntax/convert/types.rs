use tree_sitter::Node;

use super::expressions::{integer, unary};
use super::{Converter, Parts, declarations, strings};
use crate::syntax::{ObjectType, PropertyType, TupleItem, Type, TypeKind};

impl<'t> Converter<'t> {
    /// Converts a node that is a type.
    pub(super) fn ty(&mut self, node: Node<'t>) -> Type {
        let range = self.range(node);
        self.deeper(node, |converter| kind(converter, node)).unwrap_or(Type { kind: TypeKind::Error, range })
    }

    /// Converts the field of `of` that is a type; an error node where it is missing.
    pub(super) fn type_or_error(&mut self, node: Option<Node<'t>>, of: Node<'t>) -> Type {
        match node {
            Some(node) => self.ty(node),
            None => Type { kind: TypeKind::Error, range: self.start(of) },
        }
    }

    fn boxed_type(&mut self, node: Option<Node<'t>>, of: Node<'t>) -> Box<Type> {
        Box::new(self.type_or_error(node, of))
    }
}

fn kind<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Type {
    let range = converter.range(node);
    let kind = match node.kind() {
        _ if node.is_missing() => TypeKind::Error,
        "null" => TypeKind::Null,
        "boolean" => TypeKind::Boolean(converter.text(node) == "true"),
        "integer" => integer(converter, node).map_or(TypeKind::Error, TypeKind::Integer),
        "identifier" => TypeKind::Name(converter.text(node).to_owned()),
        "string" | "multiline_string" => TypeKind::String(strings::string(converter, node)),
        "object_type" => TypeKind::Object(object_type(converter, node)),
        other => {
            let parts = Parts::of(node);
            if parts.broken {
                TypeKind::Error
            } else if other == "parenthesized_type" {
                return converter.type_or_error(parts.field("type"), node);
            } else {
                composed(converter, node, &parts)
            }
        }
    };
    Type { kind, range }
}

fn composed<'t>(converter: &mut Converter<'t>, node: Node<'t>, parts: &Parts<'t>) -> TypeKind {
    match node.kind() {
        "union_type" => TypeKind::Union(parts.fields("member").map(|member| converter.ty(member)).collect()),
        "nullable_type" => TypeKind::Nullable(converter.boxed_type(parts.field("type"), node)),
        "non_nullable_type" => TypeKind::NonNullable(converter.boxed_type(parts.field("type"), node)),
        "negated_type" => match parts.field("operator").and_then(|sign| unary(sign.kind())) {
            Some(operator) => TypeKind::Unary { operator, operand: converter.boxed_type(parts.field("operand"), node) },
            None => TypeKind::Error,
        },
        "array_type" => TypeKind::Array(converter.boxed_type(parts.field("item"), node)),
        "item_type" => TypeKind::Items(converter.boxed_type(parts.field("object"), node)),
        "index_type" => TypeKind::Index {
            object: converter.boxed_type(parts.field("object"), node),
            index: Box::new(converter.expression_or_error(parts.field("index"), node)),
        },
        "member_type" => TypeKind::Member {
            object: converter.boxed_type(parts.field("object"), node),
            property: converter.name_or_empty(parts.field("property"), node),
        },
        "additional_properties_member_type" => {
            TypeKind::AdditionalProperties(converter.boxed_type(parts.field("object"), node))
        }
        "parameterized_type" => {
            let arguments = parts.field("arguments").map(Parts::of);
            if arguments.as_ref().is_none_or(|parts| parts.broken) {
                return TypeKind::Error;
            }
            TypeKind::Parameterized {
                object: parts.field("object").map(|object| Box::new(converter.ty(object))),
                name: converter.name_or_empty(parts.field("name"), node),
                arguments: arguments.iter().flat_map(Parts::named).map(|node| converter.ty(node)).collect(),
            }
        }
        "tuple_type" => TypeKind::Tuple(
            parts
                .named()
                .map(|item| {
                    let parts = Parts::of(item);
                    TupleItem {
                        decorators: declarations::decorators(converter, &parts),
                        ty: converter.type_or_error(parts.field("type").filter(|_| !parts.broken), item),
                    }
                })
                .collect(),
        ),
        "resource_type" => TypeKind::Resource(parts.field("type").map(|name| strings::string(converter, name))),
        _ => TypeKind::Error,
    }
}

fn object_type<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> ObjectType {
    let parts = Parts::of(node);
    let mut object = ObjectType { properties: Vec::new(), additional: None, broken: parts.broken };
    for child in parts.named().filter(|child| !child.is_error()) {
        let parts = Parts::of(child);
        object.broken |= parts.broken;
        let additional = child.kind() == "additional_properties_type";
        let property = PropertyType {
            decorators: declarations::decorators(converter, &parts),
            name: (!additional).then(|| converter.property_name(parts.field("name"), child)),
            ty: converter.type_or_error(parts.field("type").filter(|_| !parts.broken), child),
            range: converter.range(child),
        };
        if additional {
            object.additional = Some(Box::new(property));
        } else {
            object.properties.push(property);
        }
    }
    object
}
