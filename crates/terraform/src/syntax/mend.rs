//! Syntax that Terraform accepts and `hcl-edit` does not: the text is changed at these places, without moving anything, and parsed again.
//! [`HclReader`](super::hcl::HclReader) takes names and numbers from the original text.

use hcl_edit::parser::Error;

use super::scan::{Mended, Whole, key_end, scan};

/// A text is changed at no more places than this, besides those that the scan finds.
const MAX_ATTEMPTS: usize = 8;

/// The result of `parse` for `text`, and the changed text where it had to be mended.
///
/// # Errors
/// That of the original text, where it can't be mended.
pub(super) fn parse<T>(
    text: &str,
    whole: Whole,
    parse: fn(&str) -> Result<T, Error>,
) -> Result<(T, Option<Mended>), Error> {
    let first = match parse(text) {
        Ok(tree) => return Ok((tree, None)),
        Err(error) => error,
    };
    let Some(mut mended) = scan(text, whole) else { return Err(first) };
    let mut read = Read { tree: None, cuts: 0 };
    for attempt in 0..MAX_ATTEMPTS {
        let (at, message) = match (read.go_on(&mended, parse), read.tree.take()) {
            (Ok(()), Some(tree)) => return Ok((tree, Some(mended))),
            (Err(Some(fault)), tree) => {
                read.tree = tree;
                fault
            }
            (Ok(()) | Err(None), _) => break,
        };
        let changed = match message.contains("unique object key") {
            true => rename(&mut mended.text, at, attempt),
            false => shrink(&mut mended.text, at),
        };
        if changed.is_none() {
            break;
        }
    }
    Err(first)
}

/// What can be parsed of a mended text.
struct Read<T> {
    tree: Option<T>,
    /// How many of the expressions that are cut out can be parsed too. Those before a change are not parsed again: of the others they hold only names.
    cuts: usize,
}

impl<T> Read<T> {
    /// Parses what has not been parsed of `mended`; else the position of the error.
    fn go_on(&mut self, mended: &Mended, parse: fn(&str) -> Result<T, Error>) -> Result<(), Option<(usize, String)>> {
        let fault =
            |start: usize| move |error: Error| Some((start + error.location().offset(), error.message().to_owned()));
        if self.tree.is_none() {
            let text = mended.readable(0..mended.text.len()).ok_or(None)?;
            self.tree = Some(parse(&text).map_err(fault(0))?);
        }
        for cut in mended.cuts().iter().skip(self.cuts) {
            let text = mended.readable(cut.clone()).ok_or(None)?;
            hcl_edit::parser::parse_expr(&text).map_err(fault(cut.start))?;
            self.cuts += 1;
        }
        Ok(())
    }
}

/// Renames the object's member whose key is at `at`: Terraform takes the last of several members of one name.
fn rename(text: &mut String, at: usize, attempt: usize) -> Option<()> {
    let rest = text.get(at..)?;
    let start = at + (rest.len() - rest.trim_start().len());
    let length = key_end(text.get(start..)?).filter(|end| *end > 0)?;
    // A name of the same length that is unlikely to be used.
    let letter = char::from(b'A' + u8::try_from(attempt % 26).ok()?);
    let round = if attempt < 26 { '_' } else { 'x' };
    let name: String = std::iter::once(letter).chain(std::iter::repeat_n(round, length - 1)).collect();
    text.replace_range(start..start + length, &name);
    Some(())
}

/// Gives the number before `at` a small exponent, where the number is too large for a double.
fn shrink(text: &mut String, at: usize) -> Option<()> {
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
    text.replace_range(from..from + length, &"0".repeat(length));
    Some(())
}
