//! The rules on networks, keys, sets and nodes: what is not known is not wrong.

mod common;

use cmklint_graph::{Instant, Value};
use cmklint_rules::Settings;
use common::{Build, URL, ids, lint, lint_with};
use serde_json::{Value as Json, json};

const PREMIUM_V2: &str = "PremiumV2_LRS";

/// The ids of the rules that find something in a set of the type `encryption_type` on a disk of the type `sku`.
fn on_disk(sku: Json, encryption_type: Json) -> Vec<&'static str> {
    ids(&lint(|build| {
        build.set("set", json!(URL));
        let set = json!({ "identity": { "type": "SystemAssigned" }, "properties": { "activeKey": { "keyUrl": URL }, "encryptionType": encryption_type } });
        build.add("Microsoft.Compute/diskEncryptionSets", "typed", &["typed"], set);
        let encryption = json!({ "encryption": { "diskEncryptionSetId": { "$ref": ["typed", "id"] } } });
        build.add(
            "Microsoft.Compute/disks",
            "disk",
            &["disk"],
            json!({ "sku": { "name": sku }, "properties": encryption }),
        );
    }))
}

#[test]
fn double_encryption_is_reported_where_both_types_are_known() {
    let double = json!("EncryptionAtRestWithPlatformAndCustomerKeys");
    assert_eq!(on_disk(json!(PREMIUM_V2), double.clone()), ["CMK082"]);
    assert_eq!(on_disk(json!("ultrassd_lrs"), double.clone()), ["CMK082"]);
    for (sku, kind) in [
        (json!({ "$symbol": "sku" }), double.clone()),
        (json!(PREMIUM_V2), json!({ "$symbol": "type" })),
        (json!(PREMIUM_V2), json!("EncryptionAtRestWithCustomerKey")),
        (json!("Premium_LRS"), double),
        (json!(null), json!(null)),
        (json!(7), json!([])),
    ] {
        assert!(on_disk(sku.clone(), kind.clone()).is_empty(), "{sku} {kind}");
    }
}

/// The ids of the rules that find something in a vault with those ACLs and a key with those properties, which a set takes.
fn with_vault(acls: &Json, key: &Json) -> Vec<&'static str> {
    with_vault_on(None, acls, key)
}

/// The same in a run on the day that begins then.
fn with_vault_on(day: Option<&str>, acls: &Json, key: &Json) -> Vec<&'static str> {
    let day = day.and_then(|day| Instant::of(&Value::string(day)));
    ids(&lint_with(&Settings { day, ..Settings::default() }, |build: &mut Build| {
        let vault = json!({ "properties": { "enablePurgeProtection": true, "networkAcls": acls, "accessPolicies": { "$symbol": "policies" } } });
        build.add("Microsoft.KeyVault/vaults", "kv", &["kv"], vault);
        build.key("kv", "disks", key.clone());
        build.set("set", json!({ "$ref": ["kv/disks", "properties.keyUriWithVersion"] }));
    }))
}

#[test]
fn a_firewall_is_reported_where_it_certainly_keeps_trusted_services_out() {
    let key = json!({ "kty": "RSA" });
    let acls = |action: Json, bypass: Json| json!({ "defaultAction": action, "bypass": bypass });
    assert_eq!(with_vault(&acls(json!("Deny"), json!("None")), &key), ["CMK074"]);
    for acls in [
        acls(json!("Deny"), json!(null)),
        acls(json!("Deny"), json!("AzureServices")),
        acls(json!("Allow"), json!("None")),
        acls(json!({ "$symbol": "action" }), json!("None")),
        acls(json!("Deny"), json!({ "$symbol": "bypass" })),
        json!({ "$symbol": "acls" }),
        json!(null),
        json!("Deny"),
    ] {
        assert!(with_vault(&acls, &key).is_empty(), "{acls}");
    }
}

#[test]
fn a_key_is_reported_where_it_certainly_cannot_be_used() {
    let key = |more: Json| {
        let mut key = json!({ "kty": "RSA", "keySize": 3072 });
        key.as_object_mut().into_iter().for_each(|key| key.extend(more.as_object().cloned().unwrap_or_default()));
        with_vault(&json!(null), &key)
    };
    assert_eq!(key(json!({ "keyOps": ["sign"] })), ["CMK075"]);
    assert_eq!(key(json!({ "keyOps": ["wrapKey"] })), ["CMK075"]);
    assert_eq!(key(json!({ "attributes": { "enabled": false } })), ["CMK075"]);
    assert_eq!(key(json!({ "attributes": { "nbf": 20, "exp": 10 } })), ["CMK075"]);
    assert_eq!(key(json!({ "attributes": { "nbf": "2027-01-01T00:00:00Z", "exp": 10 } })), ["CMK075"]);
    for fine in [
        json!({}),
        json!({ "keyOps": [] }),
        json!({ "keyOps": ["WRAPKEY", "unwrapkey"] }),
        json!({ "keyOps": ["sign", { "$symbol": "operation" }] }),
        json!({ "keyOps": { "$symbol": "operations" } }),
        json!({ "keyOps": "sign" }),
        json!({ "attributes": { "enabled": { "$symbol": "enabled" } } }),
        json!({ "attributes": { "nbf": 10, "exp": 20 } }),
        json!({ "attributes": { "nbf": "soon", "exp": "2020" } }),
        json!({ "attributes": { "nbf": 10, "exp": "2027-01-01T00:00:00Z" } }),
    ] {
        assert!(key(fine.clone()).is_empty(), "{fine}");
    }
}

#[test]
fn a_key_is_held_against_the_day_of_the_run_where_it_has_one() {
    let key = |day: Option<&str>, attributes: Json, policy: Json| {
        let key = json!({ "kty": "RSA", "attributes": attributes, "rotationPolicy": policy });
        with_vault_on(day, &json!(null), &key)
    };
    let day = Some("2026-12-01T00:00:00Z");
    for (attributes, found) in [
        (json!({ "exp": "2026-12-01T00:00:00Z" }), true),
        (json!({ "exp": "2026-12-01T00:00:01Z" }), false),
        (json!({ "exp": 1_735_689_600 }), true),
        (json!({ "exp": 1_893_456_000 }), false),
        (json!({ "exp": "2026-12-01T01:00:00+02:00" }), true),
        (json!({ "nbf": "2026-12-02T00:00:00Z" }), true),
        (json!({ "nbf": "2026-12-01T23:59:59Z" }), false),
        (json!({ "nbf": "2026-01-01T00:00:00Z", "exp": "2028-01-01T00:00:00Z" }), false),
        (json!({ "nbf": "2030-01-01T00:00:00Z", "exp": "2020-01-01T00:00:00Z" }), true),
        (json!({ "exp": "2020-02-30T00:00:00Z" }), false),
        (json!({ "exp": "2020" }), false),
        (json!({ "exp": 1_735_689_600_000_i64 }), false),
        (json!({ "exp": { "$symbol": "expiry" } }), false),
        (json!({ "exp": -1, "nbf": true }), false),
        (json!({ "exp": [], "nbf": {} }), false),
    ] {
        let ids = key(day, attributes.clone(), json!(null));
        assert_eq!(ids, if found { vec!["CMK075"] } else { vec![] }, "{attributes}");
    }
    let expired = || json!({ "exp": 1_735_689_600 });
    assert!(key(None, expired(), json!(null)).is_empty(), "without a day nothing is past");
    for policy in [json!({ "lifetimeActions": [] }), json!([{}]), json!({ "$symbol": "policy" })] {
        assert!(key(day, expired(), policy.clone()).is_empty(), "{policy}");
    }
    assert_eq!(key(day, expired(), json!([])), ["CMK075"]);
}

#[test]
fn pools_that_are_resources_of_their_own_are_looked_at() {
    let cluster = |pool: &[&str], kind: Json, more: fn(&mut Build)| {
        ids(&lint(|build| {
            let properties = json!({ "activeKey": { "keyUrl": URL }, "rotationToLatestKeyVersionEnabled": true });
            let set = json!({ "identity": { "type": "SystemAssigned" }, "properties": properties });
            build.add("Microsoft.Compute/diskEncryptionSets", "rotating", &["rotating"], set);
            let body = json!({ "properties": { "diskEncryptionSetID": { "$ref": ["rotating", "id"] } } });
            build.add("Microsoft.ContainerService/managedClusters", "aks", &["aks"], body);
            let body = json!({ "properties": { "osDiskType": kind } });
            build.add("Microsoft.ContainerService/managedClusters/agentPools", "pool", pool, body);
            more(build);
        }))
    };
    let none: fn(&mut Build) = |_| {};
    assert_eq!(cluster(&["aks", "pool"], json!("Ephemeral"), none), ["CMK083"]);
    assert_eq!(cluster(&["aks", "pool"], json!("Ephemeral"), |build| build.when("pool", "more")), ["CMK083"]);
    assert!(cluster(&["other", "pool"], json!("Ephemeral"), none).is_empty());
    assert!(cluster(&["pool"], json!("Ephemeral"), none).is_empty());
    assert!(cluster(&["aks", "pool"], json!("Managed"), none).is_empty());
    assert!(cluster(&["aks", "pool"], json!(null), none).is_empty());
    assert!(cluster(&["aks", "pool"], json!({ "$symbol": "kind" }), none).is_empty());
}

#[test]
fn workers_are_held_against_main_nodes_where_both_are_known() {
    let cluster = |main: Json, worker: Json| {
        ids(&lint(|build| {
            build.set("a", json!(URL));
            build.set("b", json!(URL));
            let body = json!({ "properties": {
                "masterProfile": { "diskEncryptionSetId": main }, "workerProfiles": [{ "diskEncryptionSetId": worker }]
            } });
            build.add("Microsoft.RedHatOpenShift/openShiftClusters", "aro", &["aro"], body);
        }))
    };
    let set = |name: &str| json!({ "$ref": [name, "id"] });
    assert_eq!(cluster(set("a"), set("b")), ["CMK026"]);
    assert_eq!(cluster(set("a"), json!(null)), ["CMK026"]);
    assert_eq!(cluster(json!(null), set("b")), ["CMK026"]);
    assert!(cluster(set("a"), set("a")).is_empty());
    assert!(cluster(json!(null), json!(null)).is_empty());
    assert!(cluster(set("a"), json!({ "$symbol": "worker" })).is_empty());
    assert!(cluster(json!({ "$symbol": "main" }), set("b")).is_empty());
    assert!(cluster(json!(3), json!([])).is_empty());
}

#[test]
fn rotation_is_reported_for_ephemeral_disks_only_where_it_is_on() {
    let machine = |option: Json, rotation: Json| {
        ids(&lint(|build| {
            let properties = json!({ "activeKey": { "keyUrl": URL }, "rotationToLatestKeyVersionEnabled": rotation });
            let set = json!({ "identity": { "type": "SystemAssigned" }, "properties": properties });
            build.add("Microsoft.Compute/diskEncryptionSets", "rotating", &["rotating"], set);
            let managed = json!({ "diskEncryptionSet": { "id": { "$ref": ["rotating", "id"] } } });
            let disk = json!({ "createOption": "FromImage", "diffDiskSettings": { "option": option }, "managedDisk": managed });
            let body = json!({ "properties": { "storageProfile": { "osDisk": disk } } });
            build.add("Microsoft.Compute/virtualMachines", "vm", &["vm"], body);
        }))
    };
    assert_eq!(machine(json!("Local"), json!(true)), ["CMK083"]);
    for (option, rotation) in [
        (json!("Local"), json!(false)),
        (json!("Local"), json!(null)),
        (json!("Local"), json!({ "$symbol": "rotates" })),
        (json!(null), json!(true)),
        (json!({ "$symbol": "option" }), json!(true)),
    ] {
        assert!(machine(option.clone(), rotation.clone()).is_empty(), "{option} {rotation}");
    }
}

#[test]
fn what_retires_is_a_notice_that_has_to_be_switched_on() {
    let estate = |build: &mut Build| {
        build.disk("disk", json!({ "encryptionSettingsCollection": { "enabled": true } }));
        build.disk("open", json!({ "encryptionSettingsCollection": { "enabled": { "$symbol": "enabled" } } }));
    };
    assert!(lint(estate).is_empty());
    let mut settings = Settings::default();
    for rule in cmklint_rules::RULES.iter().map(|rule| rule.meta()).filter(|meta| meta.id == "CMK042") {
        settings.of_mut(rule).on = Some(true);
    }
    assert_eq!(ids(&lint_with(&settings, estate)), ["CMK042"]);
}
