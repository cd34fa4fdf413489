//! Finds the ends of values in incomplete JSON, and describes content that is not JSON.

use std::io;

/// The most characters of a faulty row that are shown.
const SHOWN: usize = 100;

/// Where the value at an offset ends.
pub(crate) enum Item {
    /// It ends there.
    End(usize),
    /// The rest of it has not been read yet.
    More,
    /// It is certainly broken at the newline there.
    Broken(usize),
}

/// The end of the text that begins at `at`: after its quote, or at the newline that breaks it. `None` where it continues after `bytes`.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Option<Result<usize, usize>> {
    let mut i = at + 1;
    loop {
        i += memchr::memchr3(b'"', b'\\', b'\n', bytes.get(i..)?)?;
        match bytes.get(i)? {
            b'"' => return Some(Ok(i + 1)),
            b'\n' => return Some(Err(i)),
            _ => i += 2,
        }
    }
}

/// The end of the object at the beginning of `bytes`. Where each row has a line of its own (`first_in_line`), a line that begins with `{"` starts a new one.
pub(crate) fn object_end(bytes: &[u8], first_in_line: bool) -> Item {
    end(bytes, 0, first_in_line)
}

/// The end of an object, some members of which have been read.
pub(crate) fn members_end(bytes: &[u8]) -> Item {
    end(bytes, 1, false)
}

fn end(bytes: &[u8], mut depth: usize, first_in_line: bool) -> Item {
    let mut i = 0;
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'"' => match string_end(bytes, i) {
                None => return Item::More,
                Some(Err(newline)) => return Item::Broken(newline),
                Some(Ok(end)) => {
                    i = end;
                    continue;
                }
            },
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Item::End(i + 1);
                }
            }
            b'\n' if first_in_line && bytes.get(i + 1..).is_some_and(|b| b.starts_with(b"{\"")) => {
                return Item::Broken(i);
            }
            _ => {}
        }
        i += 1;
    }
    Item::More
}

/// Whether the members after a page's rows name a further page.
/// <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>
pub(crate) fn names_next_page(members: &[u8]) -> bool {
    ["\"skip_token\"", "\"$skipToken\"", "\"skipToken\"", "\"nextLink\""].iter().any(|name| {
        memchr::memmem::find(members, name.as_bytes()).is_some_and(|at| {
            let rest = members.get(at + name.len()..).unwrap_or_default();
            rest.iter().find(|b| !b.is_ascii_whitespace() && **b != b':') == Some(&b'"')
        })
    })
}

pub(crate) fn read_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data is cut off".to_owned(),
        _ => error.to_string(),
    }
}

/// A description of content that is not JSON.
pub(crate) fn what_is(bytes: &[u8]) -> String {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"PAR1") {
        return "it is Parquet; write JSON lines instead".to_owned();
    }
    if begins(b"PK\x03\x04") {
        return "it is a zip archive; gzip and Zstandard are read".to_owned();
    }
    let start: String = beginning(bytes).chars().take(40).collect();
    format!("it is no JSON; it begins with '{}'", start.trim_end())
}

/// The beginning of a row up to the end of its line, as it is shown.
pub(crate) fn beginning(bytes: &[u8]) -> String {
    let line = bytes.get(..bytes.len().min(400)).unwrap_or_default().split(|b| *b == b'\n').next().unwrap_or_default();
    String::from_utf8_lossy(line).chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}
