//! The rules on encryption sets, their keys and vaults.

mod common;

use cmklint_graph::Presence;
use cmklint_rules::{Confidence, Level};
use common::{Build, OTHER, URL, clean, ids, lint, only};
use serde_json::{Value as Json, json};

fn key_ref() -> Json {
    json!({"$ref": ["kv/disks", "properties.keyUriWithVersion"]})
}

/// A vault, a key with those properties and a set that takes it.
fn with_key(properties: Json) -> impl FnOnce(&mut Build) {
    move |b| {
        b.vault_and_key();
        b.key("kv", "own", properties);
        b.set("des", json!({"$ref": ["kv/own", "properties.keyUriWithVersion"]}));
    }
}

#[test]
fn cmk001_reports_a_key_that_is_not_rsa() {
    for kty in ["EC", "ec-hsm", "oct-HSM"] {
        let finding = only(lint(with_key(json!({"kty": kty}))), "CMK001");
        assert_eq!(finding.confidence, Confidence::Certain);
        assert_eq!(finding.level, Level::Error);
        assert_eq!(finding.resources, ["kv/own", "des"]);
        assert_eq!(finding.trails.len(), 1);
    }
    for kty in ["RSA", "rsa"] {
        clean(&lint(with_key(json!({"kty": kty}))));
    }
}

#[test]
fn cmk001_says_nothing_of_an_unknown_type_or_a_key_that_no_set_uses() {
    clean(&lint(with_key(json!({"kty": {"$symbol": "kty"}}))));
    clean(&lint(with_key(json!({}))));
    clean(&lint(|b| {
        b.vault_and_key();
        b.key("kv", "own", json!({"kty": "EC"}));
        b.set("des", key_ref());
    }));
}

#[test]
fn cmk001_names_the_world_in_which_the_type_is_wrong() {
    let finding = only(lint(with_key(json!({"kty": {"$if": "elliptic", "then": "EC", "else": "RSA"}}))), "CMK001");
    assert_eq!(finding.world, "elliptic is true");
    assert_eq!(finding.confidence, Confidence::Conditional);
}

#[test]
fn what_is_wrong_in_every_world_is_certain() {
    let kty = json!({"kty": {"$if": "elliptic", "then": "EC", "else": "oct-HSM"}});
    let finding = only(lint(with_key(kty)), "CMK001");
    assert_eq!((finding.world.as_str(), finding.confidence, finding.also.len()), ("", Confidence::Certain, 0));
}

#[test]
fn a_finding_on_a_resource_under_a_condition_names_the_condition() {
    let finding = only(
        lint(|b| {
            with_key(json!({"kty": "EC"}))(b);
            b.when("des", "encrypt");
        }),
        "CMK001",
    );
    assert_eq!(finding.world, "encrypt is true");
    // Where set and key exclude each other, there is no such world.
    clean(&lint(|b| {
        with_key(json!({"kty": {"$if": "encrypt", "then": "RSA", "else": "EC"}}))(b);
        b.when("des", "encrypt");
    }));
}

#[test]
fn a_key_is_reached_by_the_names_in_its_url() {
    let url = |b: &mut Build, url: Json| {
        b.vault_and_key();
        b.key("kv", "own", json!({"kty": "EC"}));
        b.set("des", url);
    };
    only(lint(|b| url(b, json!("https://KV.vault.azure.net/keys/own/1"))), "CMK001");
    only(lint(|b| url(b, json!({"$join": [{"$ref": ["kv", "properties.vaultUri"]}, "keys/own/1"]}))), "CMK001");
    only(lint(|b| url(b, json!({"$join": [{"$ref": ["kv/own", "properties.keyUri"]}, "/1"]}))), "CMK001");
    clean(&lint(|b| url(b, json!("https://kv2.vault.azure.net/keys/own/1"))));
}

#[test]
fn cmk002_reports_sizes_that_disks_do_not_take() {
    only(lint(with_key(json!({"kty": "RSA", "keySize": 1024}))), "CMK002");
    assert_eq!(ids(&lint(with_key(json!({"kty": "RSA-HSM", "keySize": "8192"})))), ["CMK002", "CMK003"]);
    for size in [json!(2048), json!(3072), json!("4096"), json!(null), json!({"$symbol": "size"})] {
        clean(&lint(with_key(json!({"kty": "RSA", "keySize": size}))));
    }
    clean(&lint(with_key(json!({"kty": {"$symbol": "kty"}, "keySize": 1024}))));
}

#[test]
fn cmk003_reports_an_hsm_key_in_a_standard_vault() {
    let finding = only(lint(with_key(json!({"kty": "RSA-HSM", "keySize": 3072}))), "CMK003");
    assert!(finding.message.contains("kv"), "{}", finding.message);
    assert!(finding.related.iter().any(|p| p.message.contains("'standard'")));
    clean(&lint(|b| {
        b.add("Microsoft.KeyVault/managedHSMs", "hsm", &["hsm"], json!({"sku": {"name": "Standard_B1"}}));
        b.add("Microsoft.KeyVault/managedHSMs/keys", "k", &["hsm", "k"], json!({"properties": {"kty": "RSA-HSM"}}));
        b.set("des", json!({"$ref": ["k", "properties.keyUriWithVersion"]}));
    }));
}

#[test]
fn cmk003_leaves_type_and_tier_alone_that_fit_in_each_arm() {
    let choice = |a: &str, b: &str| json!({"$if": "hsm", "then": a, "else": b});
    let build = |tier: Json| {
        move |b: &mut Build| {
            let sku = json!({"properties": {"sku": {"name": tier}, "enablePurgeProtection": true,
                "accessPolicies": {"$symbol": "p"}}});
            b.add("Microsoft.KeyVault/vaults", "kv", &["kv"], sku);
            b.key("kv", "own", json!({"kty": choice("RSA-HSM", "RSA")}));
            b.set("des", json!({"$ref": ["kv/own", "properties.keyUriWithVersion"]}));
        }
    };
    clean(&lint(build(choice("premium", "standard"))));
    assert_eq!(only(lint(build(choice("standard", "premium"))), "CMK003").world, "hsm is true");
    clean(&lint(build(json!({"$symbol": "tier"}))));
}

#[test]
fn cmk004_reports_what_is_certainly_no_key_url() {
    let build = |url: Json| {
        move |b: &mut Build| {
            b.vault_and_key();
            b.add("Microsoft.KeyVault/vaults/secrets", "secret", &["kv", "s"], json!({}));
            b.add("Microsoft.KeyVault/vaults/certificates", "certificate", &["kv", "c"], json!({}));
            b.set("des", url);
        }
    };
    for url in [
        json!({"$ref": ["kv", "id"]}),
        json!({"$ref": ["kv", "properties.vaultUri"]}),
        json!({"$ref": ["kv/disks", "id"]}),
        json!({"$ref": ["secret", "properties.secretUriWithVersion"]}),
        json!({"$ref": ["certificate", "id"]}),
        json!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"),
        json!("https://kv.vault.azure.net/secrets/s/1"),
        json!("https://kv.vault.azure.net/"),
    ] {
        only(lint(build(url)), "CMK004");
    }
    for url in [
        json!(URL),
        json!(""),
        // May be replaced before the deployment.
        json!("kv"),
        json!({"$symbol": "url"}),
        json!({"$join": [{"$symbol": "host"}, "/keys/k/1"]}),
        key_ref(),
    ] {
        clean(&lint(build(url)));
    }
}

#[test]
fn cmk070_reports_a_vault_without_purge_protection_once_for_each_reason() {
    let build = |properties: Json| {
        move |b: &mut Build| {
            b.add("Microsoft.KeyVault/vaults", "kv", &["kv"], json!({"properties": properties}));
            b.key("kv", "disks", json!({"kty": "RSA"}));
            b.set("des", key_ref());
            b.set("des2", key_ref());
        }
    };
    let with = |purge: Json, soft: Json| json!({"accessPolicies": {"$symbol": "p"}, "enablePurgeProtection": purge, "enableSoftDelete": soft});
    let finding = only(lint(build(with(json!(false), json!(null)))), "CMK070");
    assert_eq!(finding.also.len(), 0, "two sets of one vault are one fault");
    assert_eq!(finding.resources, ["kv", "des", "des2"]);
    only(lint(build(json!({"accessPolicies": {"$symbol": "p"}}))), "CMK070");
    assert_eq!(ids(&lint(build(with(json!(null), json!(false))))), ["CMK070", "CMK070"]);
    clean(&lint(build(with(json!(true), json!(true)))));
    clean(&lint(build(with(json!({"$symbol": "purge"}), json!(null)))));
    clean(&lint(|b| {
        build(json!({}))(b);
        b.get("kv").presence = Presence::Existing;
    }));
}

#[test]
fn cmk071_reports_an_identity_without_a_grant_and_counts_whatever_may_be_one() {
    let build = |grant: fn(&mut Build)| {
        move |b: &mut Build| {
            let body = json!({"properties": {"enablePurgeProtection": true, "enableRbacAuthorization": true}});
            b.add("Microsoft.KeyVault/vaults", "kv", &["kv"], body);
            b.key("kv", "disks", json!({"kty": "RSA"}));
            b.set("des", key_ref());
            grant(b);
        }
    };
    fn role(b: &mut Build, scope: Json, role: &str, principal: Json) {
        let body = json!({"properties": {
            "roleDefinitionId": format!("/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principalId": principal,
        }});
        let scope = b.value(&scope);
        b.add("Microsoft.Authorization/roleAssignments", "role", &["r"], body).extends = scope;
    }
    const USER: &str = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    const READER: &str = "21090545-7ca7-4776-b22c-e363652d74d2";
    fn own() -> Json {
        json!({"$ref": ["des", "identity.principalId"]})
    }
    fn vault() -> Json {
        json!({"$ref": ["kv", "id"]})
    }
    assert_eq!(only(lint(build(|_| {})), "CMK071").level, Level::Warning);
    only(lint(build(|b| role(b, vault(), READER, own()))), "CMK071");
    only(
        lint(build(|b| {
            b.add("Microsoft.ManagedIdentity/userAssignedIdentities", "id", &["id"], json!({}));
            role(b, vault(), USER, json!({"$ref": ["id", "properties.principalId"]}));
        })),
        "CMK071",
    );
    only(
        lint(build(|b| {
            b.add("Microsoft.Storage/storageAccounts", "st", &["st"], json!({}));
            role(b, json!({"$ref": ["st", "id"]}), USER, own());
        })),
        "CMK071",
    );
    clean(&lint(build(|b| role(b, vault(), USER, own()))));
    clean(&lint(build(|b| role(b, json!({"$ref": ["kv/disks", "id"]}), USER, own()))));
    clean(&lint(build(|b| role(b, json!({"$symbol": "scope"}), USER, own()))));
    clean(&lint(build(|b| role(b, vault(), "11111111-2222-3333-4444-555555555555", own()))));
    clean(&lint(build(|b| role(b, vault(), USER, json!({"$symbol": "principal"})))));
    clean(&lint(build(|b| {
        role(b, vault(), USER, own());
        b.when("role", "grant");
    })));
    clean(&lint(build(|b| b.get("kv").presence = Presence::Existing)));
}

#[test]
fn cmk071_adds_the_permissions_of_access_policies_up() {
    let build = |policies: Json| {
        move |b: &mut Build| {
            b.vault_and_key();
            b.set("des", key_ref());
            let body = json!({"properties": {
                "enablePurgeProtection": true, "enableRbacAuthorization": false, "accessPolicies": policies}});
            let body = b.value(&body);
            b.get("kv").body = body;
        }
    };
    let policy =
        |keys: Json| json!({"objectId": {"$ref": ["des", "identity.principalId"]}, "permissions": {"keys": keys}});
    only(lint(build(json!([]))), "CMK071");
    only(lint(build(json!([policy(json!(["get", "list"]))]))), "CMK071");
    clean(&lint(build(json!([policy(json!(["Get", "WrapKey"])), policy(json!(["unwrapkey"]))]))));
    clean(&lint(build(json!([policy(json!(["all"]))]))));
    clean(&lint(build(json!([policy(json!({"$symbol": "keys"}))]))));
}

#[test]
fn cmk072_reports_a_url_that_does_not_fit_rotation() {
    let build = |provider: Json, url: Json, rotation: Json| {
        move |b: &mut Build| {
            b.vault_and_key();
            let properties = json!({"activeKey": {"keyUrl": url}, "rotationToLatestKeyVersionEnabled": rotation});
            let body = json!({"properties": properties, "cmklint": {"rotatesOnlyVersionlessKeys": provider}});
            b.add("Microsoft.Compute/diskEncryptionSets", "des", &["des"], body);
        }
    };
    let versionless = || json!({"$ref": ["kv/disks", "properties.keyUri"]});
    only(lint(build(json!(null), versionless(), json!(null))), "CMK072");
    only(lint(build(json!(null), json!("https://kv.vault.azure.net/keys/disks"), json!(false))), "CMK072");
    clean(&lint(build(json!(null), versionless(), json!(true))));
    clean(&lint(build(json!(null), versionless(), json!({"$symbol": "rotate"}))));
    clean(&lint(build(json!(null), key_ref(), json!(true))));
    only(lint(build(json!(true), key_ref(), json!(true))), "CMK072");
    clean(&lint(build(json!(true), versionless(), json!(true))));
    clean(&lint(build(json!(true), json!({"$symbol": "url"}), json!(true))));
}

#[test]
fn a_vault_in_another_subscription_is_reported_unless_the_later_edition_is_asked_for() {
    let build = |b: &mut Build| {
        b.vault_and_key();
        b.set("des", key_ref());
        b.get("des").scope.subscription = cmklint_graph::Value::string(OTHER);
    };
    let finding = only(lint(build), "CMK021");
    assert_eq!(finding.notes, ["lifted in the edition of 2022-10"]);
    assert_eq!(finding.level, cmklint_rules::Level::Warning);
    let settings = cmklint_rules::Settings { edition: Some(cmklint_rules::Edition::Y2023M02), ..Default::default() };
    clean(&common::lint_with(&settings, build));
}
