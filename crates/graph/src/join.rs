//! Text of several parts.

use std::sync::Arc;

use crate::trail::Trail;
use crate::value::{Kind, TextPart, Value};

/// The text that `parts` make one after the other, as [`concat`](crate::concat) has it, of parts that are no choices.
pub(crate) fn join(parts: &[Value]) -> Value {
    let mut out: Vec<TextPart> = Vec::new();
    let mut text = String::new();
    for part in parts {
        match &part.kind {
            Kind::Null => {}
            Kind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) => text.push_str(&number.to_string()),
            Kind::String(known) => text.push_str(known),
            Kind::Template(inner) => {
                for part in inner.iter() {
                    match part {
                        TextPart::Text(known) => text.push_str(known),
                        TextPart::Value(_) => {
                            flush(&mut text, &mut out);
                            out.push(part.clone());
                        }
                    }
                }
            }
            Kind::Symbol(_) | Kind::Ref(_) => {
                flush(&mut text, &mut out);
                out.push(TextPart::Value(part.clone()));
            }
            Kind::Array(_) | Kind::Object(_) | Kind::Choice(_) => {
                flush(&mut text, &mut out);
                out.push(TextPart::Value(Value::apply("string", std::slice::from_ref(part), None)));
            }
        }
    }
    let trail = parts.iter().map(|p| &p.trail).max_by_key(|t| t.len()).cloned().unwrap_or_else(Trail::empty);
    let kind = if out.is_empty() {
        Kind::String(text.into())
    } else {
        flush(&mut text, &mut out);
        Kind::Template(out.into())
    };
    Value { kind, trail }
}

fn flush(text: &mut String, out: &mut Vec<TextPart>) {
    if !text.is_empty() {
        out.push(TextPart::Text(Arc::from(std::mem::take(text))));
    }
}
