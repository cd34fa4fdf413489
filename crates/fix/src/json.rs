//! JSON, with ARM's comments, as a tree.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::node::{Holds, SyntaxNode};

pub(crate) fn read(text: &str) -> Option<SyntaxNode> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    Some(node(String::new(), 0..0, parsed.value.as_ref()?))
}

fn node(name: String, name_range: std::ops::Range<usize>, value: &Value<'_>) -> SyntaxNode {
    let range = value.range();
    let mut out = SyntaxNode::leaf(name, name_range, range.start..range.end);
    match value {
        Value::Object(object) => {
            out.holds = Holds::Object;
            out.is_declaration = true;
            out.children = object
                .properties
                .iter()
                .map(|property| {
                    let name = property.name.range();
                    node(property.name.as_str().to_owned(), name.start..name.end, &property.value)
                })
                .collect();
        }
        Value::Array(array) => {
            out.holds = Holds::Array;
            out.children = array.elements.iter().map(|item| node(String::new(), 0..0, item)).collect();
        }
        _ => {}
    }
    out
}
