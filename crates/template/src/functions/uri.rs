//! URIs.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-string#uri>

use std::sync::Arc;

use cmklint_graph::{Entry, Kind, Number, Object, Value};

use super::string;

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("uricomponent", [text]) => string::of(escape(text.as_str()?)),
        ("uricomponenttostring", [text]) => string::of(unescape(text.as_str()?)?),
        ("uri", [base, relative]) => string::of(resolve(base.as_str()?, relative.as_str()?)?),
        ("parseuri", [uri]) => parse(uri),
        ("builduri", [components]) => build(components.as_object()?),
        _ => None,
    }
}

/// RFC 3986: everything but unreserved characters in hexadecimal.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The text that an escaped one represents.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// `relative` as seen from `base`: it replaces what follows the last slash of `base`.
fn resolve(base: &str, relative: &str) -> Option<String> {
    if relative.contains("://") {
        return Some(relative.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host, path.split(['?', '#']).next().unwrap_or("")),
        None => (rest, ""),
    };
    let path = match relative.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{}/{relative}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    let (path, query) = match path.find(['?', '#']) {
        Some(at) => path.split_at(at),
        None => (path.as_str(), ""),
    };
    let mut segments: Vec<&str> = Vec::new();
    let ends_in_folder = path.ends_with('/') || path.is_empty();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let end = if ends_in_folder && !segments.is_empty() { "/" } else { "" };
    Some(format!("{scheme}://{host}/{}{end}{query}", segments.join("/")))
}

/// Whether the text holds nothing that would be escaped, normalized or left out.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| {
        b.is_ascii_graphic()
            && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' | b'@')
    }) && !text.contains("/.")
}

fn is_host(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    !host.is_empty() && host.bytes().all(plain)
}

/// The components of a plain absolute URI. Where it names no port, the resulting port is not documented.
fn parse(uri: &Value) -> Option<Value> {
    let text = uri.as_str().filter(|text| is_plain(text))?;
    let (scheme, rest) = text.split_once("://").filter(|(scheme, _)| is_host(scheme))?;
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = (rest.get(..at)?, rest.get(at..)?);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Value::int(i64::from(port.parse::<u16>().ok()?))),
        None => (authority, Value::apply("parseUri.port", std::slice::from_ref(uri), None)),
    };
    if !is_host(host) {
        return None;
    }
    let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    let members = [
        ("scheme", Value::string(scheme)),
        ("host", Value::string(host)),
        ("port", port),
        ("path", Value::string(path)),
        ("query", Value::string(query)),
    ];
    let entries = members.map(|(name, value)| (Arc::from(name), Entry { key_span: None, value }));
    Some(Value::object(Object { entries: entries.into_iter().collect(), ..Object::default() }))
}

fn build(components: &Object) -> Option<Value> {
    if components.rest.is_some() {
        return None;
    }
    let text = |name: &str| match components.get(name).map(|entry| &entry.value.kind) {
        Some(Kind::String(text)) => Some(Some(&**text)),
        Some(Kind::Null) | None => Some(None),
        Some(_) => None,
    };
    let (scheme, host) = (text("scheme")??, text("host")??);
    let (path, query) = (text("path")?.unwrap_or("/"), text("query")?.unwrap_or(""));
    let port = match components.get("port").map(|entry| &entry.value.kind) {
        Some(Kind::Number(port)) => Some(u16::try_from(port.as_i64()?).ok()?),
        Some(Kind::Null) | None => None,
        Some(_) => return None,
    };
    let fits = is_host(scheme)
        && is_host(host)
        && path.starts_with('/')
        && is_plain(path)
        && !path.contains('?')
        && (query.is_empty() || query.starts_with('?') && is_plain(query));
    if !fits {
        return None;
    }
    let port = match port {
        Some(port) if default_port(scheme) != Some(Number::Int(i64::from(port))) => format!(":{port}"),
        _ => String::new(),
    };
    string::of(format!("{scheme}://{host}{port}{path}{query}"))
}

/// A URI does not name the default port of its scheme.
fn default_port(scheme: &str) -> Option<Number> {
    match scheme {
        "http" => Some(Number::Int(80)),
        "https" => Some(Number::Int(443)),
        "ftp" => Some(Number::Int(21)),
        _ => None,
    }
}
