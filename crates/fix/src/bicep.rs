//! Bicep as a tree.

use std::ops::Range;

use cmklint_bicep::syntax::{
    ArrayItem, ByteRange, Declaration, DeclarationKind, Expression, ExpressionKind, Object, ObjectItem,
};

use crate::node::{Holds, SyntaxNode};

pub(crate) fn read(text: &str) -> Option<SyntaxNode> {
    let (file, errors) = cmklint_bicep::syntax::parse(text);
    if !errors.is_empty() {
        return None;
    }
    let mut root = SyntaxNode::leaf(String::new(), 0..0, 0..text.len());
    root.holds = Holds::Object;
    root.children = file.declarations.iter().map(declaration).collect();
    Some(root)
}

fn bytes(range: &ByteRange) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn declaration(declaration: &Declaration) -> SyntaxNode {
    let name = declaration.name();
    let range = bytes(&declaration.range);
    let mut node = SyntaxNode::leaf(String::new(), 0..0, range.clone());
    if let Some(name) = name {
        node.name.clone_from(&name.text);
        node.name_range = bytes(&name.range);
    }
    node.range = range;
    node.is_declaration = true;
    match &declaration.kind {
        DeclarationKind::Resource(resource) => {
            node.labels = resource.ty.plain().map(str::to_owned).into_iter().collect();
            hold(&mut node, &resource.body.object);
        }
        DeclarationKind::Module(module) => hold(&mut node, &module.body.object),
        DeclarationKind::Variable { value, .. } | DeclarationKind::ParameterAssignment { value: Some(value), .. } => {
            node.children = vec![expression(String::new(), 0..0, value)];
        }
        _ => {}
    }
    node
}

fn hold(node: &mut SyntaxNode, object: &Object) {
    node.value = bytes(&object.range);
    node.holds = Holds::Object;
    node.children = items(object);
}

fn items(object: &Object) -> Vec<SyntaxNode> {
    object
        .items
        .iter()
        .map(|item| match item {
            ObjectItem::Property(property) => {
                let name = property.name.plain().unwrap_or_default().to_owned();
                expression(name, bytes(&property.name.range()), &property.value)
            }
            ObjectItem::Spread(spread) => expression(String::new(), 0..0, spread),
            ObjectItem::Resource(resource) => declaration(resource),
        })
        .collect()
}

fn expression(name: String, name_range: Range<usize>, value: &Expression) -> SyntaxNode {
    let mut node = SyntaxNode::leaf(name, name_range, bytes(&value.range));
    match &value.kind {
        ExpressionKind::Object(object) => hold(&mut node, object),
        ExpressionKind::Array(array) => {
            node.holds = Holds::Array;
            let items = array.items.iter().map(|item| match item {
                ArrayItem::Value(value) | ArrayItem::Spread(value) => expression(String::new(), 0..0, value),
            });
            node.children = items.collect();
        }
        _ => {}
    }
    node
}
