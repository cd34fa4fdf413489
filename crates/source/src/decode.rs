//! The encodings of files: UTF-8, and UTF-16 with a byte order mark, as PowerShell's `>` and `Out-File` write it.

use crate::LoadError;

/// Terraform reads UTF-8 only.
const UTF_8_ONLY: [&str; 3] = [".tf", ".tfvars", ".hcl"];

/// The text of the file at `path`, without a byte order mark: UTF-8, or UTF-16 where a mark says so and the file is none of Terraform's own.
///
/// # Errors
/// Where it is neither.
pub fn decode(path: &str, bytes: Vec<u8>) -> Result<String, LoadError> {
    if let Some(units) = utf_16(path, &bytes) {
        return from_utf_16(&bytes, units);
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    String::from_utf8(bytes).map_err(|e| LoadError::NotUtf8(e.utf8_error().valid_up_to()))
}

/// How two bytes make a code unit.
type Unit = fn([u8; 2]) -> u16;

/// How the bytes of the file at `path` make code units, where a byte order mark says that they do.
fn utf_16(path: &str, bytes: &[u8]) -> Option<Unit> {
    if UTF_8_ONLY.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// The code units after the byte order mark; an odd byte at the end is left out.
fn units(bytes: &[u8], unit: Unit) -> impl Iterator<Item = u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().skip(1).map(move |pair| unit(*pair))
}

fn from_utf_16(bytes: &[u8], unit: Unit) -> Result<String, LoadError> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut read = 2;
    for char in char::decode_utf16(units(bytes, unit)) {
        let char = char.map_err(|_| LoadError::NotUtf16(read))?;
        read += 2 * char.len_utf16();
        text.push(char);
    }
    if read == bytes.len() { Ok(text) } else { Err(LoadError::NotUtf16(read)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(mark: [u8; 2], text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn both_orders_of_utf_16_are_read() {
        let text = "{\"x\": \"ü😀\"}\r\n";
        assert_eq!(decode("a.json", encoded([0xff, 0xfe], text, u16::to_le_bytes)).unwrap(), text);
        assert_eq!(decode("a.bicep", encoded([0xfe, 0xff], text, u16::to_be_bytes)).unwrap(), text);
        assert_eq!(decode("a.json", vec![0xff, 0xfe]).unwrap(), "");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_offset() {
        let mut odd = encoded([0xff, 0xfe], "ab", u16::to_le_bytes);
        odd.push(0);
        assert_eq!(decode("a.json", odd), Err(LoadError::NotUtf16(6)));
        assert_eq!(decode("a.json", vec![0xff, 0xfe, b'a', 0, 0x00, 0xd8]), Err(LoadError::NotUtf16(4)));
        assert_eq!(decode("a.tf", vec![0xff, 0xfe, b'a', 0]), Err(LoadError::NotUtf8(0)), "as Terraform has it");
    }
}
