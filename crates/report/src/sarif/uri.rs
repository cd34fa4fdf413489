//! URI references of files.

use std::fmt::Write as _;

use cmklint_source::bytes_of_path;

/// `path` as a relative reference (RFC 3986, 4.2): all but unreserved characters and `/` percent-encoded, so that neither is a
/// colon in its first segment read as a scheme nor a `#` as a fragment.
pub(super) fn relative(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in bytes_of_path(path) {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn a_path_is_percent_encoded_but_for_its_slashes() {
        assert_eq!(relative("infra/main.tf"), "infra/main.tf");
        assert_eq!(relative("a b/c:d#e?[f]%/ä.tf"), "a%20b/c%3Ad%23e%3F%5Bf%5D%25/%C3%A4.tf");
        assert_eq!(relative(&cmklint_source::name_of_bytes(b"caf\xe9")), "caf%E9", "not UTF-8");
    }
}
