//! Services that name an encryption set for the disks that they make: what is known well enough to compare.

mod common;

use cmklint_rules::Finding;
use common::{OTHER, SUBSCRIPTION, URL, ids, lint};
use serde_json::{Value as Json, json};

const AKS: &str = "Microsoft.ContainerService/managedClusters";
const POOL: &str = "Microsoft.Batch/batchAccounts/pools";
const ITEM: &str =
    "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems";

/// The findings on an estate of an encryption set in another region and a service that states `body`.
fn with_set(kind: &str, names: &[&str], body: Json) -> Vec<Finding> {
    lint(|build| {
        build.set("set", json!(URL));
        build.locate("set", json!("northeurope"));
        build.add(kind, "service", names, body);
    })
}

#[test]
fn a_cluster_is_held_against_its_set_by_region() {
    let found = with_set(AKS, &["aks"], json!({ "properties": { "diskEncryptionSetID": { "$ref": ["set", "id"] } } }));
    assert_eq!(ids(&found), ["CMK020"]);
}

#[test]
fn ids_of_no_known_shape_say_nothing() {
    for id in [
        json!("des"),
        json!(""),
        json!(null),
        json!(17),
        json!(["/subscriptions"]),
        json!({ "id": "des" }),
        json!("/subscriptions/x/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets"),
        json!("/subscriptions//resourceGroups//providers//"),
        json!("https://kv.vault.azure.net/keys/k"),
        json!({ "$symbol": "id" }),
    ] {
        let found = with_set(AKS, &["aks"], json!({ "properties": { "diskEncryptionSetID": id } }));
        assert_eq!(ids(&found), [""; 0], "{id}");
    }
}

#[test]
fn lists_that_are_none_hold_no_disks() {
    for list in [json!(null), json!("disks"), json!({}), json!([null, "x", 3])] {
        let body = json!({ "properties": { "providerSpecificDetails": { "vmManagedDisks": list } } });
        assert_eq!(ids(&with_set(ITEM, &["v", "f", "c", "i"], body)), [""; 0]);
    }
}

#[test]
fn a_pool_is_held_against_its_set_by_subscription_and_not_by_region() {
    let pool = |subscription: &str| {
        let id = format!(
            "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/other"
        );
        let disk = json!({ "managedDisk": { "diskEncryptionSet": { "id": id } } });
        let machine = json!({ "osDisk": disk });
        let body = json!({ "properties": { "deploymentConfiguration": { "virtualMachineConfiguration": machine } } });
        with_set(POOL, &["account", "pool"], body)
    };
    assert_eq!(ids(&pool(OTHER)), ["CMK021"]);
    assert_eq!(ids(&pool(SUBSCRIPTION)), [""; 0]);
}

#[test]
fn a_recovered_disk_is_held_against_the_subscription_of_its_resource_group() {
    let item = |group: Json| {
        let disk =
            json!({ "recoveryDiskEncryptionSetId": { "$ref": ["set", "id"] }, "recoveryResourceGroupId": group });
        let details = json!({ "instanceType": "A2A", "vmManagedDisks": [disk] });
        with_set(ITEM, &["v", "f", "c", "i"], json!({ "properties": { "providerSpecificDetails": details } }))
    };
    let group = |subscription: &str| json!(format!("/subscriptions/{subscription}/resourceGroups/rg-recovery"));
    assert_eq!(ids(&item(group(OTHER))), ["CMK021"]);
    assert_eq!(ids(&item(group(SUBSCRIPTION))), [""; 0]);
    assert_eq!(ids(&item(json!({ "$symbol": "group" }))), [""; 0]);
    assert_eq!(ids(&item(json!("rg-recovery"))), [""; 0]);
}
