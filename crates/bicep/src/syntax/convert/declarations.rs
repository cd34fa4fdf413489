use tree_sitter::Node;

use super::{Converter, Parts, strings};
use crate::syntax::{
    Body, Declaration, DeclarationKind, Decorator, ExpressionKind, FunctionParameter, ImportedSymbol, Imports, Module,
    Name, Object, PropertyName, Resource, StringLiteral, TypeKind,
};

pub(super) fn declaration<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> Option<Declaration> {
    let parts = Parts::of(node);
    // Resources nest, so the recursion into them has a function of its own with a small stack frame.
    let kind = match node.kind() {
        "resource_declaration" => resource(converter, node, &parts),
        _ => kind(converter, node, &parts)?,
    };
    let decorators = decorators(converter, &parts);
    let mut declaration = Declaration { decorators, kind, range: converter.range(node), broken: node.has_error() };
    let lists = ["function_parameters", "imported_symbols"];
    if parts.broken || parts.named().any(|part| lists.contains(&part.kind()) && part.has_error()) {
        spoil(&mut declaration);
    }
    Some(declaration)
}

pub(super) fn decorators<'t>(converter: &mut Converter<'t>, parts: &Parts<'t>) -> Vec<Decorator> {
    parts
        .fields("decorator")
        .map(|node| {
            let parts = Parts::of(node);
            let mut expression = converter.expression_or_error(parts.field("expression"), node);
            if parts.broken {
                expression.kind = ExpressionKind::Error;
            }
            Decorator { expression, range: converter.range(node) }
        })
        .collect()
}

fn kind<'t>(converter: &mut Converter<'t>, node: Node<'t>, parts: &Parts<'t>) -> Option<DeclarationKind> {
    let name = converter.name_or_empty(parts.field("name"), node);
    Some(match node.kind() {
        "target_scope_declaration" => DeclarationKind::TargetScope { value: value(converter, parts, node) },
        "metadata_declaration" => DeclarationKind::Metadata { name, value: value(converter, parts, node) },
        "parameter_declaration" => DeclarationKind::Parameter {
            name,
            ty: converter.type_or_error(parts.field("type"), node),
            default: parts.field("value").map(|value| converter.expression(value)),
        },
        "parameter_assignment" => DeclarationKind::ParameterAssignment {
            name,
            value: parts.field("value").map(|value| converter.expression(value)),
        },
        "variable_declaration" => DeclarationKind::Variable {
            name,
            ty: parts.field("type").map(|ty| converter.ty(ty)),
            value: value(converter, parts, node),
        },
        "type_declaration" => DeclarationKind::Type { name, ty: converter.type_or_error(parts.field("type"), node) },
        "function_declaration" => DeclarationKind::Function {
            name,
            parameters: parameters(converter, parts.field("parameters")),
            return_type: converter.type_or_error(parts.field("return_type"), node),
            body: converter.expression_or_error(parts.field("body"), node),
        },
        "module_declaration" => DeclarationKind::Module(Module {
            name,
            path: path(converter, parts.field("path"), node),
            body: body(converter, parts.field("value"), node),
        }),
        "output_declaration" => DeclarationKind::Output {
            name,
            ty: converter.type_or_error(parts.field("type"), node),
            value: value(converter, parts, node),
        },
        "assert_declaration" => DeclarationKind::Assert { name, value: value(converter, parts, node) },
        "test_declaration" => DeclarationKind::Test {
            name,
            path: path(converter, parts.field("path"), node),
            body: object(converter, parts.field("value"), node),
        },
        "import_declaration" => DeclarationKind::Import {
            imports: imports(converter, parts),
            path: path(converter, parts.field("path"), node),
        },
        "extension_declaration" => DeclarationKind::Extension {
            specification: specification(converter, parts.field("specification"), node),
            config: parts.field("config").map(|config| converter.expression(config)),
            alias: parts.field("alias").map(|alias| converter.name(alias)),
        },
        "extension_config_assignment" => DeclarationKind::ExtensionConfig {
            name,
            config: parts.field("config").map(|config| converter.expression(config)),
        },
        "using_declaration" => DeclarationKind::Using {
            path: match parts.field("path") {
                Some(none) if none.kind() == "none" => None,
                node_of_path => Some(path(converter, node_of_path, node)),
            },
            config: parts.field("config").map(|config| converter.expression(config)),
        },
        "extends_declaration" => DeclarationKind::Extends { path: path(converter, parts.field("path"), node) },
        _ => return None,
    })
}

fn resource<'t>(converter: &mut Converter<'t>, node: Node<'t>, parts: &Parts<'t>) -> DeclarationKind {
    DeclarationKind::Resource(Resource {
        name: converter.name_or_empty(parts.field("name"), node),
        ty: path(converter, parts.field("type"), node),
        existing: parts.field("existing").is_some(),
        body: body(converter, parts.field("value"), node),
    })
}

fn value<'t>(converter: &mut Converter<'t>, parts: &Parts<'t>, node: Node<'t>) -> crate::syntax::Expression {
    converter.expression_or_error(parts.field("value"), node)
}

fn path<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>, of: Node<'t>) -> StringLiteral {
    match node {
        Some(node) => strings::string(converter, node),
        None => StringLiteral { segments: Vec::new(), range: converter.start(of), broken: true },
    }
}

fn specification<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>, of: Node<'t>) -> StringLiteral {
    match node {
        Some(name) if name.kind() == "identifier" => {
            let range = converter.range(name);
            let value = converter.text(name).to_owned();
            let segments = vec![crate::syntax::StringSegment::Text { value, range: range.clone() }];
            StringLiteral { segments, range, broken: false }
        }
        node => path(converter, node, of),
    }
}

fn object<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>, of: Node<'t>) -> Object {
    match node {
        Some(node) => converter.object(node),
        None => Object { items: Vec::new(), range: converter.range(of), broken: true },
    }
}

/// A loop, a condition and an object, one around the other; all but the object are optional.
fn body<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>, of: Node<'t>) -> Body {
    let range = converter.range(node.unwrap_or(of));
    let (mut node, mut each, mut condition, mut broken) = (node, None, None, false);
    if let Some(outer) = node.filter(|node| node.kind() == "for_expression") {
        let parts = Parts::of(outer);
        broken |= parts.broken;
        each = Some(converter.each(&parts, outer));
        node = parts.field("body");
    }
    if let Some(outer) = node.filter(|node| node.kind() == "condition") {
        let parts = Parts::of(outer);
        broken |= parts.broken;
        condition = Some(converter.expression_or_error(parts.field("condition"), outer));
        node = parts.field("body");
    }
    let mut object = object(converter, node, of);
    object.broken |= broken;
    Body { each, condition, object, range }
}

fn parameters<'t>(converter: &mut Converter<'t>, node: Option<Node<'t>>) -> Vec<FunctionParameter> {
    let Some(node) = node else { return Vec::new() };
    Parts::of(node)
        .named()
        .filter(|parameter| parameter.kind() == "function_parameter")
        .map(|parameter| {
            let parts = Parts::of(parameter);
            FunctionParameter {
                name: converter.name_or_empty(parts.field("name"), parameter),
                ty: converter.type_or_error(parts.field("type"), parameter),
            }
        })
        .collect()
}

fn imports<'t>(converter: &mut Converter<'t>, parts: &Parts<'t>) -> Imports {
    if let Some(list) = parts.field("symbols") {
        return Imports::Symbols(
            Parts::of(list)
                .named()
                .filter(|symbol| symbol.kind() == "imported_symbol")
                .map(|symbol| imported(converter, symbol))
                .collect(),
        );
    }
    match parts.field("alias") {
        Some(alias) if parts.field("wildcard").is_some() => Imports::All(converter.name(alias)),
        _ => Imports::Error,
    }
}

fn imported<'t>(converter: &mut Converter<'t>, node: Node<'t>) -> ImportedSymbol {
    let parts = Parts::of(node);
    let name = converter.property_name(parts.field("name"), node);
    let name = Name { text: name.plain().unwrap_or_default().to_owned(), range: PropertyName::range(&name) };
    ImportedSymbol { name, alias: parts.field("alias").map(|alias| converter.name(alias)) }
}

/// Marks a declaration, and every value in it that an unreadable part may have changed.
pub(in crate::syntax) fn spoil(declaration: &mut Declaration) {
    declaration.broken = true;
    let range = declaration.range.clone();
    match &mut declaration.kind {
        DeclarationKind::TargetScope { value }
        | DeclarationKind::Metadata { value, .. }
        | DeclarationKind::Variable { value, .. }
        | DeclarationKind::Output { value, .. }
        | DeclarationKind::Assert { value, .. }
        | DeclarationKind::Function { body: value, .. } => value.kind = ExpressionKind::Error,
        DeclarationKind::Parameter { default: value, .. } | DeclarationKind::ParameterAssignment { value, .. } => {
            // There may be one in the part that could not be read.
            *value = Some(crate::syntax::Expression { kind: ExpressionKind::Error, range });
        }
        DeclarationKind::Type { ty, .. } => ty.kind = TypeKind::Error,
        DeclarationKind::Resource(Resource { body, .. }) | DeclarationKind::Module(Module { body, .. }) => {
            body.object.broken = true;
        }
        DeclarationKind::Test { body, .. } => body.broken = true,
        DeclarationKind::Import { imports, .. } => *imports = Imports::Error,
        DeclarationKind::Extension { config, .. }
        | DeclarationKind::ExtensionConfig { config, .. }
        | DeclarationKind::Using { config, .. } => {
            *config = Some(crate::syntax::Expression { kind: ExpressionKind::Error, range });
        }
        DeclarationKind::Extends { path } => path.broken = true,
        DeclarationKind::Broken { .. } => {}
    }
}
