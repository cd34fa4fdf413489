//! Names of files and folders that are not valid text. A path is text everywhere above the loaders, and each name must be one segment of it and stay
//! itself: so a byte that is not UTF-8, and a `\` (elsewhere than on Windows part of a name), is held as one character of Unicode's private range,
//! U+EF00 plus the byte. A name that has such characters itself is held with them byte by byte, so that no two names become the same text.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::PathBuf;

const FIRST: u32 = 0xef00;

/// The byte that `c` represents in a path; `None` where it is an ordinary character.
fn held(c: char) -> Option<u8> {
    let byte = u8::try_from(u32::from(c).checked_sub(FIRST)?).ok()?;
    (byte >= 0x80 || byte == b'\\').then_some(byte)
}

fn hold(byte: u8, out: &mut String) {
    out.extend(char::from_u32(FIRST + u32::from(byte)));
}

/// The bytes of a name, as text that is one segment of a path.
#[must_use]
pub fn name_of_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if held(c).is_some() {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| hold(byte, &mut out));
            } else if c == '\\' {
                hold(b'\\', &mut out);
            } else {
                out.push(c);
            }
        }
        chunk.invalid().iter().for_each(|byte| hold(*byte, &mut out));
    }
    out
}

/// The bytes of the names in `path`.
#[must_use]
pub fn bytes_of_path(path: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for c in path.chars() {
        match held(c) {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

/// `path` for people: a byte that is not UTF-8 as `\xE9`.
#[must_use]
pub fn visible_path(path: &str) -> Cow<'_, str> {
    if !path.chars().any(|c| held(c).is_some()) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() + 16);
    for c in path.chars() {
        match held(c) {
            Some(b'\\') => out.push('\\'),
            // Writing to a string can't fail.
            Some(byte) => drop(write!(out, "\\x{byte:02X}")),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The name `name` of the disk as text that is one segment of a path; `None` where the platform has names that can't be represented.
#[must_use]
pub fn name_of_disk(name: &OsStr) -> Option<String> {
    #[cfg(unix)]
    return Some(name_of_bytes(std::os::unix::ffi::OsStrExt::as_bytes(name)));
    #[cfg(not(unix))]
    return name.to_str().map(str::to_owned);
}

/// `path`, whose names are as [`name_of_disk`] returns them, as a path of the disk.
#[must_use]
pub fn path_of_disk(path: &str) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes_of_path(path)));
    #[cfg(not(unix))]
    return PathBuf::from(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_no_two_become_one() {
        let names: [&[u8]; 8] = [
            b"main",
            b"caf\xe9",
            "café".as_bytes(),
            b"a\\b",
            b"\xff\xfe\x00",
            "\u{efe9}".as_bytes(),
            "caf\u{efe9}".as_bytes(),
            b"\xed\xa0\x80",
        ];
        let mut texts: Vec<String> = names.iter().map(|name| name_of_bytes(name)).collect();
        for (name, text) in names.iter().zip(&texts) {
            assert_eq!(bytes_of_path(text), *name);
            assert_eq!(crate::normalize(text).as_ref(), Some(text), "one segment");
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), names.len());
    }

    #[test]
    fn text_is_itself_and_other_bytes_are_shown_by_number() {
        assert!(matches!(visible_path("a/ü b:c"), Cow::Borrowed("a/ü b:c")));
        assert_eq!(visible_path(&format!("{}/main.tf", name_of_bytes(b"caf\xe9"))), "caf\\xE9/main.tf");
        assert_eq!(visible_path(&name_of_bytes(b"a\\b")), "a\\b");
    }
}
