//! Base64 and data URIs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmklint_graph::Value;

use super::{json, string, uri};

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("base64", [text]) => string::of(STANDARD.encode(text.as_str()?)),
        ("base64tostring", [text]) => string::of(decode(text.as_str()?)?),
        ("base64tojson", [text]) => json::parse(&decode(text.as_str()?)?),
        ("datauri", [text]) => {
            string::of(format!("data:text/plain;charset=utf8;base64,{}", STANDARD.encode(text.as_str()?)))
        }
        ("datauritostring", [text]) => {
            let (kind, data) = text.as_str()?.strip_prefix("data:")?.split_once(',')?;
            string::of(if kind.ends_with(";base64") { decode(data)? } else { uri::unescape(data)? })
        }
        _ => None,
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}
