//! What Terraform reads and `hcl-edit` does not: the text is changed where that is, without moving anything, and read again.
//! [`HclReader`](super::hcl::HclReader) takes names and numbers from the text as it was.

use hcl_edit::parser::{Error, parse_body};
use hcl_edit::structure::Body;

/// A text is changed in no more places than this.
const MAX_ATTEMPTS: usize = 64;

/// The tree of `text`.
///
/// # Errors
/// That of the text as it is, where it can't be mended.
pub(super) fn parse(text: &str) -> Result<Body, Error> {
    let first = match parse_body(text) {
        Ok(body) => return Ok(body),
        Err(error) => error,
    };
    let mut at = first.location().offset();
    let mut why = first.message().to_owned();
    let mut mended = text.to_owned();
    for attempt in 0..MAX_ATTEMPTS {
        let next = if why.contains("unique object key") { rename(&mended, at, attempt) } else { shrink(&mended, at) };
        let Some(next) = next else { break };
        mended = next;
        match parse_body(&mended) {
            Ok(body) => return Ok(body),
            Err(error) => {
                at = error.location().offset();
                error.message().clone_into(&mut why);
            }
        }
    }
    Err(first)
}

/// The text with another name for the object's member whose key is at `at`: Terraform takes the last of one name.
fn rename(text: &str, at: usize, attempt: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let start = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(start..)?;
    let (from, length) = match rest.strip_prefix('"') {
        Some(inner) => {
            let end = inner.find('"')?;
            let plain = inner.get(..end)?.chars().all(|c| c.is_ascii_graphic() && !"\\$%".contains(c));
            (start + 1, Some(end).filter(|end| plain && *end > 0)?)
        }
        None => {
            (start, rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).filter(|end| *end > 0)?)
        }
    };
    // A name of the same length that is hardly there yet.
    let letter = char::from(b'A' + u8::try_from(attempt % 26).ok()?);
    let name: String = std::iter::repeat_n(letter, 1).chain(std::iter::repeat_n('_', length - 1)).collect();
    let mut out = text.to_owned();
    out.replace_range(from..from + length, &name);
    Some(out)
}

/// The text with a small exponent in the number before `at`, where that is too large for a double.
fn shrink(text: &str, at: usize) -> Option<String> {
    let bytes = text.as_bytes();
    let rest = bytes.get(at..)?;
    if !matches!(rest.first()?, b'e' | b'E') || !bytes.get(at.checked_sub(1)?)?.is_ascii_digit() {
        return None;
    }
    let from = at + 1 + usize::from(matches!(rest.get(1), Some(b'+' | b'-')));
    let length = bytes.get(from..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    if length == 0 || text.get(from..from + length)?.bytes().all(|b| b == b'0') {
        return None;
    }
    let mut out = text.to_owned();
    out.replace_range(from..from + length, &"0".repeat(length));
    Some(out)
}
