//! Terraform's own syntax as a tree.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Body, Structure};

use crate::node::{Holds, SyntaxNode};

pub(crate) fn read(text: &str) -> Option<SyntaxNode> {
    let body = hcl_edit::parser::parse_body(text).ok()?;
    let mut root = SyntaxNode::leaf(String::new(), 0..0, 0..text.len());
    root.holds = Holds::Object;
    root.children = properties(&body, text)?;
    Some(root)
}

fn properties(body: &Body, text: &str) -> Option<Vec<SyntaxNode>> {
    let mut out = Vec::new();
    for structure in body {
        out.push(match structure {
            Structure::Attribute(attribute) => {
                let key = attribute.key.span()?;
                value(attribute.key.as_str().to_owned(), key, &attribute.value)?
            }
            Structure::Block(block) => {
                let (name, whole) = (block.ident.span()?, trimmed(block.span()?, text));
                let header = block.labels.iter().filter_map(|label| label.span()).next_back().unwrap_or(name.clone());
                let open = header.end + text.get(header.end..whole.end)?.find('{')?;
                let mut node = SyntaxNode::leaf(block.ident.as_str().to_owned(), name, open..whole.end);
                node.labels = block.labels.iter().map(|label| label.as_str().to_owned()).collect();
                node.holds = Holds::Object;
                node.is_declaration = true;
                node.children = properties(&block.body, text)?;
                node
            }
        });
    }
    Some(out)
}

/// A block's span may end after the line that its closing brace is on.
fn trimmed(range: Range<usize>, text: &str) -> Range<usize> {
    let inside = text.get(range.clone()).unwrap_or("");
    let end = inside.rfind('}').map_or(range.end, |at| range.start + at + 1);
    range.start..end
}

fn value(name: String, name_range: Range<usize>, expression: &Expression) -> Option<SyntaxNode> {
    let mut node = SyntaxNode::leaf(name, name_range, expression.span()?);
    match expression {
        Expression::Object(object) => {
            node.holds = Holds::Object;
            for (key, member) in object {
                let (name, range) = match key {
                    ObjectKey::Ident(ident) => (ident.as_str().to_owned(), ident.span()?),
                    ObjectKey::Expression(Expression::String(text)) => (text.as_str().to_owned(), text.span()?),
                    ObjectKey::Expression(other) => (String::new(), other.span()?),
                };
                node.children.push(value(name, range, member.expr())?);
            }
        }
        Expression::Array(items) => {
            node.holds = Holds::Array;
            node.children = items.iter().map(|item| value(String::new(), 0..0, item)).collect::<Option<_>>()?;
        }
        // `body = jsonencode({ … })` is that object.
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" && call.args.len() == 1 => {
            if let Some(inner @ Expression::Object(_)) = call.args.iter().next() {
                let object = value(String::new(), 0..0, inner)?;
                node.holds = Holds::Object;
                node.value = object.value;
                node.children = object.children;
            }
        }
        _ => {}
    }
    Some(node)
}
