//! Hashes of strings, and names made of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cmklint_graph::Value;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use uuid::Uuid;

use super::text::text;
use super::{Made, Stop};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    if name == "uuidv5" {
        return Some(uuid(args));
    }
    let bytes = args.first().and_then(Value::as_str).unwrap_or("").as_bytes();
    of(name, bytes).map(|made| text(args, 0).map(|_| made))
}

/// The hash `name` of `bytes`; `None` where `name` is not a hash function.
pub(super) fn of(name: &str, bytes: &[u8]) -> Option<Value> {
    Some(Value::string(match name {
        "md5" => hex(&Md5::digest(bytes)),
        "sha1" => hex(&Sha1::digest(bytes)),
        "sha256" => hex(&Sha256::digest(bytes)),
        "sha512" => hex(&Sha512::digest(bytes)),
        "base64sha256" => STANDARD.encode(Sha256::digest(bytes)),
        "base64sha512" => STANDARD.encode(Sha512::digest(bytes)),
        _ => return None,
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(args: &[Value]) -> Made {
    let (namespace, name) = (text(args, 0)?, text(args, 1)?);
    let namespace = match namespace {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        // Only the plain form: which others Terraform accepts is not known.
        text if text.len() == 36 => Uuid::try_parse(text).map_err(|_| Stop::Unknown)?,
        _ => return Err(Stop::Unknown),
    };
    Ok(Value::string(Uuid::new_v5(&namespace, name.as_bytes()).to_string()))
}
