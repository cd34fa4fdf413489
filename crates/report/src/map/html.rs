//! The estate as one page that needs no network: a picture, and lists beside it. The page's script is built from `page/` and checked in; the content of the analyzed tree is in a block of data.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::MapReport;
use super::json::Data;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/bundle.js");
/// The script's hash for the content security policy, and the libraries in it.
const BUNDLED: &str = include_str!("page/bundle.txt");

/// Writes the page of `states`, the older one first, each with its title.
pub(crate) fn write(states: &[(&str, &MapReport<'_>)], out: &mut dyn io::Write) -> io::Result<()> {
    let states: Vec<Data<'_>> = states.iter().map(|(title, report)| Data::of_page(report, title)).collect();
    let states = States { states };
    let hash = BUNDLED.lines().next().unwrap_or("");
    let mut rest = PAGE;
    for (mark, text) in [("{hash}", hash), ("{style}", STYLE), ("{data}", ""), ("{script}", SCRIPT)] {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        out.write_all(before.as_bytes())?;
        out.write_all(text.as_bytes())?;
        if mark == "{data}" {
            states.serialize(&mut Serializer::with_formatter(&mut *out, InScript(CompactFormatter)))?;
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// The data of a page.
#[derive(Serialize)]
struct States<'r> {
    states: Vec<Data<'r>>,
}

/// Only a text with `<` can end a script element; and the page must not contain a command of a pipeline (`##[`), since it may be printed to a log.
struct InScript(CompactFormatter);

impl Formatter for InScript {
    fn write_string_fragment<W: io::Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(['<', '#']) {
            return self.0.write_string_fragment(out, fragment);
        }
        self.0.write_string_fragment(out, &fragment.replace('<', "\\u003c").replace("##", "#\\u0023"))
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
