//! Walks over JSON text without making a tree: no allocation, no recursion.

/// The offset after whitespace and comments that begin at `at`.
pub(crate) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c), _) => at += 1,
            (Some(b'/'), Some(b'/')) => {
                while bytes.get(at).is_some_and(|b| *b != b'\n' && *b != b'\r') {
                    at += 1;
                }
            }
            (Some(b'/'), Some(b'*')) => {
                at += 2;
                while at < bytes.len() && !(bytes.get(at) == Some(&b'*') && bytes.get(at + 1) == Some(&b'/')) {
                    at += 1;
                }
                at = (at + 2).min(bytes.len());
            }
            _ => return at,
        }
    }
}

/// The offset after the string whose quote is at `at`; `None` where it does not end.
pub(crate) fn skip_string(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    let mut at = at + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The offset after the value that begins at `at`; `None` where it does not end.
pub(crate) fn skip_value(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = skip_trivia(bytes, at);
    let mut depth = 0_usize;
    loop {
        match *bytes.get(at)? {
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b'"' | b'\'' => at = skip_string(bytes, at)?,
            b'/' => {
                let after = skip_trivia(bytes, at);
                at = if after == at { at + 1 } else { after };
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' if depth > 0 => {
                at += 1;
                continue;
            }
            _ if depth > 0 => {
                at += 1;
                continue;
            }
            // A bare word or number.
            _ => {
                while bytes
                    .get(at)
                    .is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b'/' | b' ' | b'\t' | b'\r' | b'\n'))
                {
                    at += 1;
                }
                return Some(at);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Whether the JSON text is one value with nothing but comments and whitespace around it, as far as its brackets and quotes tell.
#[must_use]
pub fn is_closed(text: &str) -> bool {
    let bytes = text.as_bytes();
    skip_value(bytes, 0).is_some_and(|end| skip_trivia(bytes, end) == bytes.len())
}

/// A member of the root object: its name as written between the quotes, and where its value begins.
pub(crate) struct RootMember<'t> {
    pub(crate) name: &'t str,
    pub(crate) value: usize,
}

/// The members of the root object, as far as the text can be followed; nothing where the root is not an object.
pub(crate) fn root_members(text: &str) -> impl Iterator<Item = RootMember<'_>> {
    let bytes = text.as_bytes();
    let start = skip_trivia(bytes, 0);
    let mut at = if bytes.get(start) == Some(&b'{') { Some(start + 1) } else { None };
    let mut pending: Option<usize> = None;
    std::iter::from_fn(move || {
        if let Some(value) = pending.take() {
            at = skip_value(bytes, value);
        }
        let mut here = skip_trivia(bytes, at?);
        if bytes.get(here) == Some(&b',') {
            here = skip_trivia(bytes, here + 1);
        }
        if !matches!(bytes.get(here), Some(b'"' | b'\'')) {
            return None;
        }
        let end = skip_string(bytes, here)?;
        let name = text.get(here + 1..end - 1)?;
        let colon = skip_trivia(bytes, end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let value = skip_trivia(bytes, colon + 1);
        pending = Some(value);
        Some(RootMember { name, value })
    })
}

/// The text between the quotes of the string that begins at `at`.
pub(crate) fn string_at(text: &str, at: usize) -> Option<&str> {
    if !matches!(text.as_bytes().get(at), Some(b'"' | b'\'')) {
        return None;
    }
    let end = skip_string(text.as_bytes(), at)?;
    text.get(at + 1..end - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_members_are_found_past_comments_strings_and_nested_brackets() {
        let text = "// a {\n{ /* } */ 'a': {\"x\": [\"}]\", 1]}, \"b\" : -1.5 // c\n, \"c\": \"\\\"]\", }";
        let names: Vec<&str> = root_members(text).map(|m| m.name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn broken_text_ends_the_walk() {
        for text in
            ["", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":[", "{\"a\": \"\\", "[1]", "{]", "{\"a\":]", "/*", "/"]
        {
            assert!(root_members(text).count() <= 1, "{text}");
        }
    }
}
