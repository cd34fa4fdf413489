//! Each row of the tables of services takes part in the rules that look at what names an encryption set, in each language: a root with the fault is reported, the same root
//! without it is not. A new row is tested without a word here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // helpers of tests are tests

mod common;
#[path = "common/services/mod.rs"]
mod services;

use serde_json::{Value, json};
use services::language::{Language, Piece};
use services::rows::{KeyRow, Row, key_rows, rows};
use services::{GROUP, OTHER, SUBSCRIPTION, found, messages, set, set_id};

const CONFIDENTIAL: &str = "ConfidentialVmEncryptedWithCustomerKey";

/// Runs `rule` on a bad and a good root of `row` in each language; says what is not as it should be.
fn hold(rule: &str, row: &Row, is_found: bool, root: &dyn Fn(bool) -> Vec<Piece>, wrong: &mut Vec<String>) {
    for language in Language::ALL.into_iter().filter(|language| language.has(row)) {
        for bad in [true, false] {
            let want = usize::from(bad && is_found);
            let ran = found(rule, language, &root(bad), Some(row));
            if ran != want {
                let kind = if bad { "bad" } else { "good" };
                wrong.push(format!("{rule}, {} in {language:?}, {kind}: {ran} instead of {want}", row.object()));
            }
        }
    }
}

#[test]
fn the_region_of_the_disks_is_that_of_their_set_where_the_service_asks_for_it() {
    let mut wrong = Vec::new();
    for row in rows() {
        let root = |bad: bool| {
            let region = if bad { "northeurope" } else { "westeurope" };
            let mut pieces = vec![set(json!({}))];
            pieces.extend(row.containers(region));
            // Where a container says where the disks are, the place of the resource itself says nothing.
            let own = if row.container.is_empty() { region } else { "francecentral" };
            pieces.push(row.service("@set.id", own));
            pieces
        };
        hold("CMK020", &row, row.region, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_subscription_of_the_disks_is_that_of_their_set_where_the_service_asks_for_it() {
    let mut wrong = Vec::new();
    for row in rows() {
        let root = |bad: bool| vec![row.service(&set_id(if bad { OTHER } else { SUBSCRIPTION }), "westeurope")];
        hold("CMK021", &row, row.subscription, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_disk_with_azure_disk_encryption_names_no_set() {
    let mut wrong = Vec::new();
    for row in rows().into_iter().filter(|row| !row.ade.is_empty()) {
        let root = |bad: bool| {
            let mut service = row.service("@set.id", "westeurope");
            if bad {
                row.put(
                    &mut service.body,
                    &row.ade,
                    json!("https://kv-ade.vault.azure.net/secrets/a/0123456789abcdef0123456789abcdef"),
                );
            }
            vec![set(json!({})), service]
        };
        hold("CMK040", &row, true, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sets_for_confidential_vms_and_ordinary_ones_are_told_apart() {
    let mut wrong = Vec::new();
    for row in rows() {
        let root = |bad: bool| {
            let kind = if bad == row.confidential { "EncryptionAtRestWithCustomerKey" } else { CONFIDENTIAL };
            vec![set(json!({ "encryptionType": kind })), row.service("@set.id", "westeurope")]
        };
        hold("CMK080", &row, true, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_name_the_disks_of_each_service() {
    let mut lines = Vec::new();
    for row in rows() {
        let kind = if row.confidential { "EncryptionAtRestWithCustomerKey" } else { CONFIDENTIAL };
        let root = [set(json!({ "encryptionType": kind })), row.service("@set.id", "westeurope")];
        lines.push(format!("{}: {}", row.object(), messages("CMK080", Language::Arm, &root, Some(&row)).join(" | ")));
    }
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("services", lines.join("\n"));
    });
}

#[test]
fn services_wait_for_the_grant() {
    let mut wrong = Vec::new();
    for row in rows() {
        let root = |bad: bool| {
            let mut service = row.service("@set.id", "westeurope");
            if !bad {
                service.depends.push("grant");
            }
            let mut pieces = services::granted();
            pieces.push(service);
            pieces
        };
        hold("CMK073", &row, true, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pools_with_ephemeral_disks_have_no_set_that_rotates() {
    let mut wrong = Vec::new();
    for row in rows().into_iter().filter(|row| !row.ephemeral.is_empty()) {
        let root = |bad: bool| {
            let kind = if bad { "Ephemeral" } else { "Managed" };
            let mut service = row.service("@set.id", "westeurope");
            services::put(&mut service.body, &row.ephemeral[0], json!([{ "name": "pool", &row.ephemeral[1]: kind }]));
            vec![set(json!({ "rotationToLatestKeyVersionEnabled": true })), service]
        };
        hold("CMK083", &row, true, &root, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Vault, key, and the service of `row`, which takes the key, with these properties of vault and key; and whether its identity gets a role.
fn with_key(row: &KeyRow, vault: Value, key: Value, granted: bool) -> Vec<Piece> {
    let mut pieces = vec![services::vault(vault), services::key(key), row.service()];
    if granted {
        pieces.push(services::grant("@service.principal"));
    }
    pieces
}

#[test]
fn services_that_take_a_key_are_held_by_the_rules_on_keys() {
    let (vault, key) = (|| json!({}), || json!({}));
    let mut wrong = Vec::new();
    for row in key_rows() {
        let bad: Vec<(&str, Vec<Piece>)> = vec![
            ("CMK001", with_key(&row, vault(), json!({ "kty": "EC" }), true)),
            ("CMK002", with_key(&row, vault(), json!({ "keySize": 1024 }), true)),
            (
                "CMK003",
                with_key(
                    &row,
                    json!({ "sku": { "family": "A", "name": "standard" } }),
                    json!({ "kty": "RSA-HSM" }),
                    true,
                ),
            ),
            ("CMK070", with_key(&row, json!({ "enablePurgeProtection": null }), key(), true)),
            ("CMK071", with_key(&row, vault(), key(), false)),
            (
                "CMK074",
                with_key(&row, json!({ "networkAcls": { "defaultAction": "Deny", "bypass": "None" } }), key(), true),
            ),
            ("CMK075", with_key(&row, vault(), json!({ "attributes": { "exp": 1_735_689_600 } }), true)),
        ];
        for language in [Language::Arm, Language::Bicep, Language::Azapi] {
            for (rule, pieces) in &bad {
                let (bad, good) = (
                    found(rule, language, pieces, None),
                    found(rule, language, &with_key(&row, vault(), key(), true), None),
                );
                if (bad, good) != (1, 0) {
                    wrong.push(format!("{rule}, {} in {language:?}: {bad} and {good} instead of 1 and 0", row.kind));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_id_of_a_shape_that_is_not_known_decides_nothing() {
    let ids = [
        "/subscriptions/x/diskEncryptionSets/des",
        "des",
        "",
        "/providers/Microsoft.Compute/diskEncryptionSets",
        "/subscriptions//resourceGroups//providers/Microsoft.Compute/diskEncryptionSets/",
        "https://portal.azure.com/#resource/subscriptions/22222222-2222-2222-2222-222222222222",
    ];
    let rules = "CMK020,CMK021,CMK040,CMK080,CMK083,CMK073";
    let mut wrong = Vec::new();
    for row in rows() {
        for id in ids {
            for language in Language::ALL.into_iter().filter(|language| language.has(&row)) {
                let pieces = vec![set(json!({})), row.service(id, "northeurope")];
                let count = found(rules, language, &pieces, Some(&row));
                if count != 0 {
                    wrong.push(format!("{} in {language:?}: {count} for '{id}'", row.object()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(GROUP.contains(SUBSCRIPTION));
}
