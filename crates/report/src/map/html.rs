//! The estate as one page that needs no network: a picture, and lists beside it. The page's script is built from `page/` and checked in; the content of the analyzed tree is in a block of data.

use std::io;

use serde_json::Value;

use super::{MapReport, json};
use crate::untrusted::Untrusted;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/bundle.js");
/// The script's hash for the content security policy, and the libraries in it.
const BUNDLED: &str = include_str!("page/bundle.txt");

/// Writes the page of `states`, the older one first, each with its title.
pub(crate) fn write(states: &[(&str, &MapReport<'_>)], out: &mut dyn io::Write) -> io::Result<()> {
    let states = states.iter().map(|(title, report)| {
        let mut state = json::value(report, true);
        if let Some(state) = state.as_object_mut() {
            state.insert("title".to_owned(), Value::from(*title));
        }
        visible(state)
    });
    let data = serde_json::json!({ "states": states.collect::<Vec<_>>() });
    // Only a text with `<` can end a script element; and the page must not contain a command of a pipeline (`##[`), since it may be printed to a log.
    let data = data.to_string().replace('<', "\\u003c").replace("##", "#\\u0023");
    let hash = BUNDLED.lines().next().unwrap_or("");
    let mut rest = PAGE;
    for (mark, text) in [("{hash}", hash), ("{style}", STYLE), ("{data}", &data), ("{script}", SCRIPT)] {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        out.write_all(before.as_bytes())?;
        out.write_all(text.as_bytes())?;
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// `value` without invisible characters and those that reverse the direction of text.
fn visible(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(Untrusted(&text).visible()),
        Value::Array(items) => items.into_iter().map(visible).collect(),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, visible(value))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_the_script_run_and_no_other() {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(SCRIPT.as_bytes());
        let hash = BUNDLED.lines().next().unwrap().strip_prefix("sha256-").unwrap();
        assert_eq!(hash, base64(&digest));
        assert!(PAGE.contains("default-src 'none'; script-src '{hash}'"));
        assert!(!SCRIPT.to_lowercase().contains("</script") && !STYLE.contains("</"));
        assert!(!PAGE.contains("http:") && !PAGE.contains("https:"));
    }

    /// The bytes in base64.
    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let number = chunk.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let letter = LETTERS[(number >> (18 - 6 * at) & 63) as usize] as char;
                out.push(if at <= chunk.len() { letter } else { '=' });
            }
        }
        out
    }
}
