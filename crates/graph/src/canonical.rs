use std::fmt::Write as _;

use crate::value::{Kind, TextPart, Value};

/// Longer texts are replaced by their hash.
const MOST: usize = 512;
/// Values nested deeper than this share one text a level, which only makes fewer of them equal to none.
const MAX_DEPTH: usize = 256;

/// A text that two values share only if they are certainly the same value in every world. Trails don't count.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out, 0);
    bounded(out)
}

fn write(value: &Value, out: &mut String, depth: usize) {
    if depth > MAX_DEPTH {
        // The address makes it equal to itself only.
        let _ = write!(out, "deep:{:p}", std::ptr::from_ref(value));
        return;
    }
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(b) => {
            let _ = write!(out, "{b}");
        }
        Kind::Number(n) => {
            let _ = write!(out, "{n}");
        }
        Kind::String(text) => {
            let _ = write!(out, "{text:?}");
        }
        Kind::Array(array) => {
            out.push('[');
            for item in &array.items {
                write(item, out, depth + 1);
                out.push(',');
            }
            if let Some(rest) = &array.rest {
                let _ = write!(out, "..<{}>", rest.key());
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            let mut names: Vec<_> = object.entries.iter().collect();
            names.sort_by(|a, b| a.0.cmp(b.0));
            for (name, entry) in names {
                let _ = write!(out, "{name:?}:");
                write(&entry.value, out, depth + 1);
                out.push(',');
            }
            if let Some(rest) = &object.rest {
                let _ = write!(out, "..<{}>", rest.key());
            }
            out.push('}');
        }
        Kind::Ref(r) => {
            let _ = write!(out, "ref({},{})", r.node, r.path);
        }
        Kind::Symbol(symbol) => {
            let _ = write!(out, "<{}>", symbol.key());
        }
        Kind::Template(parts) => {
            out.push('`');
            for part in parts.iter() {
                match part {
                    TextPart::Text(text) => {
                        let _ = write!(out, "{text:?}");
                    }
                    TextPart::Value(value) => write(value, out, depth + 1),
                }
                out.push('+');
            }
            out.push('`');
        }
        Kind::Choice(choice) => {
            let _ = write!(out, "if({},", choice.atom.key());
            write(&choice.then, out, depth + 1);
            out.push(',');
            write(&choice.otherwise, out, depth + 1);
            out.push(')');
        }
    }
    if out.len() > MOST * 64 {
        *out = bounded(std::mem::take(out));
    }
}

/// `text`, or its 128-bit FNV-1a hash where it is long.
pub(crate) fn bounded(text: String) -> String {
    if text.len() <= MOST {
        return text;
    }
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in text.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("#{hash:032x}")
}
