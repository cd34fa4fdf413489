//! Roots with one service that makes disks of its own, in each language, made of the rows of the tables of services.

pub(crate) mod language;
pub(crate) mod rows;

use serde_json::{Map, Value, json};

use crate::common::Tree;
use language::{Language, Piece};
use rows::Row;

pub(crate) const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";
pub(crate) const OTHER: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const GROUP: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg";

/// The id of a set that no root declares.
pub(crate) fn set_id(subscription: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des")
}

/// How many findings the rules (divided by commas) have in the root of these pieces.
pub(crate) fn found(rules: &str, language: Language, pieces: &[Piece], row: Option<&Row>) -> usize {
    messages(rules, language, pieces, row).len()
}

/// The messages of these findings.
pub(crate) fn messages(rules: &str, language: Language, pieces: &[Piece], row: Option<&Row>) -> Vec<String> {
    let (name, text) = language.write(pieces, row);
    let place = format!(
        r#"root "{name}" {{
  subscription   = "{SUBSCRIPTION}"
  resource_group = "rg"
}}
"#
    );
    let mut files = vec![(name, text.clone())];
    if language.is_template() {
        files.push((".cmklint.hcl", place));
    }
    let mut arguments = vec!["--format", "json", "--today", "2026-12-01"];
    for rule in rules.split(',') {
        arguments.extend(["--only", rule]);
    }
    let ran = Tree::new(&files).run(&arguments);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{text}", ran.err));
    assert!(!ran.err.contains("rror"), "{}\n{text}", ran.err);
    let issues = report["issues"].as_array().unwrap().iter();
    issues.map(|issue| issue["message"].as_str().unwrap().to_owned()).collect()
}

/// Sets the property at `path`, whose objects are made; of a list with `[]`, that of its only item.
pub(crate) fn put(body: &mut Value, path: &str, value: Value) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    let (name, list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let place = &mut body[name];
    let place = if list {
        if !place.is_array() {
            *place = json!([{}]);
        }
        &mut place[0]
    } else {
        place
    };
    match rest {
        Some(rest) => put(place, rest, value),
        None => *place = value,
    }
}

/// `body` with those members instead of its own.
fn with(mut body: Value, members: Value) -> Value {
    if let (Some(own), Value::Object(members)) = (body.as_object_mut(), members) {
        own.extend(members);
        own.retain(|_, value| !value.is_null());
    }
    body
}

/// An encryption set with those properties, whose key is none of the root's.
pub(crate) fn set(properties: Value) -> Piece {
    let url = "https://kv-disks.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
    set_of(with(json!({ "activeKey": { "keyUrl": url } }), properties))
}

fn set_of(properties: Value) -> Piece {
    Piece {
        identity: true,
        ..Piece::new("set", "Microsoft.Compute/diskEncryptionSets@2024-03-02", &["des"], properties)
    }
}

pub(crate) fn vault(properties: Value) -> Piece {
    let own = json!({ "tenantId": OTHER, "sku": { "family": "A", "name": "premium" }, "enableRbacAuthorization": true, "enablePurgeProtection": true });
    Piece::new("kv", "Microsoft.KeyVault/vaults@2023-07-01", &["kv-disks"], with(own, properties))
}

pub(crate) fn key(properties: Value) -> Piece {
    let own = json!({ "kty": "RSA", "keySize": 3072 });
    Piece {
        location: String::new(),
        depends: vec!["kv"],
        ..Piece::new("key", "Microsoft.KeyVault/vaults/keys@2023-07-01", &["kv-disks", "k"], with(own, properties))
    }
}

/// A role on the vault for `principal`.
pub(crate) fn grant(principal: &str) -> Piece {
    let role = "/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6";
    let properties = json!({ "principalId": principal, "roleDefinitionId": role });
    let name = "33333333-3333-3333-3333-333333333333";
    Piece {
        location: String::new(),
        on: "kv",
        ..Piece::new("grant", "Microsoft.Authorization/roleAssignments@2022-04-01", &[name], properties)
    }
}

/// Vault, key, set and the grant for the set's own identity.
pub(crate) fn granted() -> Vec<Piece> {
    let set = set_of(json!({ "activeKey": { "keyUrl": "@key.url" } }));
    vec![vault(json!({})), key(json!({})), set, grant("@set.principal")]
}
