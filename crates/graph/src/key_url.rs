use std::sync::{Arc, LazyLock};

use crate::concat::concat;
use crate::id::split;
use crate::node::NodeId;
use crate::path::PropertyPath;
use crate::value::{Kind, TextPart, Value};

/// What kind of thing in a vault a URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    /// `/keys/`
    Key,
    /// `/secrets/`
    Secret,
    /// `/certificates/`
    Certificate,
}

/// The URL of a key (or of a secret or certificate) in a vault or a managed HSM:
/// `https://VAULT.vault.azure.net/keys/NAME/VERSION`.
/// <https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers>
#[derive(Clone, Debug)]
pub struct KeyUrl {
    /// The vault, where the URL begins with the URI attribute of a vault of the estate.
    pub vault: Option<NodeId>,
    /// The vault's name, where the host contains it.
    pub vault_name: Option<Value>,
    /// Whether the host is a managed HSM's; `None` where that is not known.
    pub managed_hsm: Option<bool>,
    /// What it names.
    pub kind: UrlKind,
    /// The key's name.
    pub name: Value,
    /// The version, where the URL has one.
    pub version: Option<Value>,
}

/// Why a text is certainly no key URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyUrlError {
    /// It is a resource id, of the type given where that is known.
    #[error("it is a resource id{}, not a URL", .0.as_ref().map(|t| format!(" of type {t}")).unwrap_or_default())]
    ResourceId(Option<String>),
    /// It does not begin with `https://`.
    #[error("it does not begin with https://")]
    NotHttps,
    /// Its path is not `/keys/NAME` or `/keys/NAME/VERSION`.
    #[error("its path is not /keys/NAME or /keys/NAME/VERSION")]
    Path,
}

/// The domains of vaults and managed HSMs, after comments that name their source and date.
const HOSTS: &str = include_str!("../data/vault-hosts.csv");

/// The domains of vaults and managed HSMs, each with whether it is a managed HSM's.
static DOMAINS: LazyLock<Vec<(&str, bool)>> = LazyLock::new(|| {
    let rows = HOSTS.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut fields = row.split(',');
        Some((fields.next()?, fields.next()? == "hsm"))
    })
    .collect()
});

impl KeyUrl {
    /// Reads text or a template; `Ok(None)` where it is not known well enough.
    ///
    /// # Errors
    /// [`KeyUrlError`] where it is certainly no URL of a thing in a vault.
    pub fn parse(value: &Value) -> Result<Option<Self>, KeyUrlError> {
        let parts: Vec<TextPart> = match &value.kind {
            Kind::String(text) => vec![TextPart::Text(Arc::clone(text))],
            Kind::Template(parts) => parts.to_vec(),
            _ => return Ok(None),
        };
        let (vault, vault_name, managed_hsm, path) = match parts.split_first() {
            Some((TextPart::Value(Value { kind: Kind::Ref(r), .. }), rest)) if is_uri(&r.path) => {
                (Some(r.node), None, Some(ends_with(&r.path, "hsmuri")), split(rest, '/'))
            }
            Some((TextPart::Value(_), _)) | None => return Ok(None),
            Some((TextPart::Text(text), _)) => {
                if text.starts_with('/') {
                    return Err(KeyUrlError::ResourceId(crate::ResourceId::parse(value).map(|id| id.kind.to_string())));
                }
                let lower = text.to_ascii_lowercase();
                if !lower.starts_with("https://") {
                    // A text that continues with a symbol may still begin with `https://`.
                    let may_be_one = "https://".starts_with(&lower) && parts.len() > 1;
                    return if may_be_one || !is_address(&parts) { Ok(None) } else { Err(KeyUrlError::NotHttps) };
                }
                let mut segments = split(&parts, '/');
                let path = segments.split_off(segments.len().min(3));
                let Some(host) = segments.pop() else { return Ok(None) };
                // What is not known of the host may hold the path too: `https://${url}`.
                if path.is_empty() && host.as_str().is_none() {
                    return Ok(None);
                }
                let (name, hsm) = host_name(&host);
                (None, name, hsm, path)
            }
        };
        let mut path = path.into_iter().skip_while(|segment| segment.as_str() == Some(""));
        let Some(kind) = path.next() else { return Err(KeyUrlError::Path) };
        let kind = match kind.as_str() {
            Some("keys") => UrlKind::Key,
            Some("secrets") => UrlKind::Secret,
            Some("certificates") => UrlKind::Certificate,
            Some(other) if other.eq_ignore_ascii_case("keys") => UrlKind::Key,
            Some(_) => return Err(KeyUrlError::Path),
            None => return Ok(None),
        };
        let Some(name) = path.next() else { return Err(KeyUrlError::Path) };
        if name.as_str() == Some("") {
            return Err(KeyUrlError::Path);
        }
        let version = path.next().filter(|version| version.as_str() != Some(""));
        if path.any(|more| more.as_str() != Some("")) {
            return Err(KeyUrlError::Path);
        }
        Ok(Some(Self { vault, vault_name, managed_hsm, kind, name, version }))
    }
}

/// Whether a text is meant as an address, if not one of a key: a URL of another scheme or without one, or a resource id without its first slash. Words such as
/// `none` and `N/A` are not: they say that there is no URL, or none yet.
fn is_address(parts: &[TextPart]) -> bool {
    const NAMES: [&str; 4] = ["keys", "secrets", "certificates", "subscriptions"];
    let segments = split(parts, '/');
    let mut texts = segments.iter().filter_map(Value::as_str);
    let has_host = segments.len() > 1 && segments.first().and_then(Value::as_str).is_some_and(is_host);
    let has_scheme = parts.iter().any(|part| matches!(part, TextPart::Text(text) if text.contains("://")));
    has_host || has_scheme || texts.any(|text| NAMES.iter().any(|name| text.eq_ignore_ascii_case(name)))
}

/// Whether `text` is a host's name with a domain: `kv.vault.azure.net`.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| label.len() > 1 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.contains('.') && text.split('.').all(is_label)
}

fn is_uri(path: &PropertyPath) -> bool {
    ends_with(path, "vaulturi") || ends_with(path, "hsmuri")
}

/// Whether the path's last name ends with `suffix`, which is in lower case.
fn ends_with(path: &PropertyPath, suffix: &str) -> bool {
    path.last_name().is_some_and(|name| name.to_ascii_lowercase().ends_with(suffix))
}

/// The vault's name before the domain, and whether the domain is a managed HSM's.
fn host_name(host: &Value) -> (Option<Value>, Option<bool>) {
    let strip = |text: &str| {
        let lower = text.trim_end_matches(":443").to_ascii_lowercase();
        DOMAINS.iter().find_map(|(domain, hsm)| Some((lower.strip_suffix(domain)?.to_owned(), *hsm)))
    };
    match &host.kind {
        Kind::String(text) => match strip(text) {
            Some((name, hsm)) => {
                (Some(Value { kind: Kind::String(name.into()), trail: host.trail.clone() }), Some(hsm))
            }
            None => (None, None),
        },
        Kind::Template(parts) => match parts.split_last() {
            Some((TextPart::Text(last), before)) => match strip(last) {
                Some((rest, hsm)) => {
                    let mut pieces: Vec<Value> = before.iter().map(piece).collect();
                    if !rest.is_empty() {
                        pieces.push(Value::string(rest));
                    }
                    let name = if let [only] = &pieces[..] { only.clone() } else { concat(&pieces) };
                    (Some(name), Some(hsm))
                }
                None => (None, None),
            },
            // `https://${name}${environment().suffixes.keyvaultDns}`: the domain is the cloud's.
            Some((TextPart::Value(Value { kind: Kind::Symbol(symbol), .. }), before))
                if symbol.key().to_ascii_lowercase().contains("keyvaultdns") =>
            {
                let pieces: Vec<Value> = before.iter().map(piece).collect();
                let name = if let [only] = &pieces[..] { only.clone() } else { concat(&pieces) };
                (Some(name), Some(false))
            }
            _ => (None, None),
        },
        _ => (None, None),
    }
}

fn piece(part: &TextPart) -> Value {
    match part {
        TextPart::Text(text) => Value::string(Arc::clone(text)),
        TextPart::Value(value) => value.clone(),
    }
}
