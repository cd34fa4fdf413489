//! The rules on disks, snapshots and machines.

mod common;

use cmklint_graph::Value;
use cmklint_rules::{Confidence, Edition, Settings, by_id_or_name};
use common::{Build, OTHER, URL, clean, ids, lint, lint_with, only};
use serde_json::{Value as Json, json};

const URL_OF_OTHER_KEY: &str = "https://kv.vault.azure.net/keys/other/0123456789abcdef0123456789abcdef";

/// A VM with that OS disk and those data disks.
fn machine(b: &mut Build, os: Json, data: Json) {
    let body = json!({"properties": {"storageProfile": {"osDisk": os, "dataDisks": data}}});
    b.add("Microsoft.Compute/virtualMachines", "vm", &["vm"], body);
}

fn managed(set: &str) -> Json {
    json!({"managedDisk": {"diskEncryptionSet": {"id": {"$ref": [set, "id"]}}}})
}

fn extension(b: &mut Build, volumes: Json, operation: &str) {
    let settings = json!({"EncryptionOperation": operation, "VolumeType": volumes});
    let body = json!({"properties": {
        "publisher": "Microsoft.Azure.Security", "type": "AzureDiskEncryption", "settings": settings}});
    b.add("Microsoft.Compute/virtualMachines/extensions", "ade", &["vm", "ade"], body);
}

#[test]
fn cmk012_reports_a_snapshot_with_another_key() {
    let build = |encryption: Json, url: &'static str| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            b.set("b", json!(url));
            b.disk_with("disk", "a");
            let properties = json!({
                "creationData": {"createOption": "Copy", "sourceResourceId": {"$ref": ["disk", "id"]}},
                "encryption": encryption});
            b.add("Microsoft.Compute/snapshots", "snap", &["snap"], json!({"properties": properties}));
        }
    };
    let names = |set: &str| json!({"diskEncryptionSetId": {"$ref": [set, "id"]}});
    let finding = only(lint(build(names("b"), URL_OF_OTHER_KEY)), "CMK012");
    assert!(finding.notes.iter().any(|n| n.contains("Ultra")), "{:?}", finding.notes);
    only(lint(build(json!({"type": "EncryptionAtRestWithPlatformKey"}), URL)), "CMK012");
    clean(&lint(build(names("b"), "https://kv.vault.azure.net/keys/disks/another-version")));
    clean(&lint(build(names("a"), URL)));
    clean(&lint(build(json!(null), URL)));
    clean(&lint(build(json!({"diskEncryptionSetId": {"$symbol": "set"}}), URL)));
    let later = Settings { edition: Some(Edition::Y2023M02), ..Settings::default() };
    clean(&lint_with(&later, build(names("b"), URL_OF_OTHER_KEY)));
}

#[test]
fn sets_with_an_unknown_key_differ_only_from_nothing() {
    let findings = lint(|b| {
        b.set("a", json!({"$symbol": "a"}));
        b.set("b", json!(URL));
        b.disk_with("disk", "a");
        let properties = json!({"creationData": {"sourceResourceId": {"$ref": ["disk", "id"]}},
            "encryption": {"diskEncryptionSetId": {"$ref": ["b", "id"]}}});
        b.add("Microsoft.Compute/snapshots", "snap", &["snap"], json!({"properties": properties}));
    });
    clean(&findings);
}

#[test]
fn cmk020_reports_each_pair_in_two_regions() {
    let build = |b: &mut Build| {
        b.vault_and_key();
        b.set("des", json!({"$ref": ["kv/disks", "properties.keyUriWithVersion"]}));
        b.disk_with("disk", "des");
    };
    clean(&lint(build));
    let finding = only(
        lint(|b| {
            build(b);
            b.locate("kv", json!("North Europe"));
        }),
        "CMK020",
    );
    assert_eq!(finding.resources, ["des", "kv"]);
    assert_eq!(
        finding.message,
        "encryption set 'des' (westeurope) and the vault of its key, 'kv' (North Europe), are in different regions"
    );
    assert_eq!(finding.trails.len(), 2);
    let both = lint(|b| {
        build(b);
        b.locate("des", json!("northeurope"));
    });
    assert_eq!(ids(&both), ["CMK020", "CMK020"]);
    for location in [json!({"$symbol": "location"}), json!("global"), json!(null), json!("West Europe")] {
        clean(&lint(|b| {
            build(b);
            b.locate("kv", location);
        }));
    }
}

#[test]
fn cmk020_reports_a_machine_and_the_encrypted_disk_it_attaches() {
    let build = |set: &'static str| {
        move |b: &mut Build| {
            b.set("des", json!(URL));
            b.disk("disk", json!({"encryption": {"diskEncryptionSetId": if set.is_empty() { json!(null) } else { json!({"$ref": [set, "id"]}) }}}));
            machine(
                b,
                json!({"createOption": "FromImage"}),
                json!([{"createOption": "Attach", "managedDisk": {"id": {"$ref": ["disk", "id"]}}}]),
            );
            b.locate("vm", json!("westus"));
        }
    };
    assert_eq!(only(lint(build("des")), "CMK020").resources, ["vm", "disk"]);
    clean(&lint(build("")));
}

#[test]
fn cmk020_looks_at_the_same_condition_in_both_places() {
    let location = json!({"$if": "eu", "then": "westeurope", "else": "westus"});
    let build = |of_set: Json| {
        let of_disk = location.clone();
        move |b: &mut Build| {
            b.set("des", json!(URL));
            b.disk_with("disk", "des");
            b.locate("des", of_set);
            b.locate("disk", of_disk);
        }
    };
    clean(&lint(build(location.clone())));
    let finding = only(lint(build(json!("westeurope"))), "CMK020");
    assert_eq!((finding.world.as_str(), finding.confidence), ("eu is false", Confidence::Conditional));
}

#[test]
fn cmk020_reports_a_snapshot_or_image_of_an_encrypted_disk_elsewhere_but_no_copy_over_regions() {
    let build = |kind: &'static str, properties: Json| {
        move |b: &mut Build| {
            b.set("des", json!(URL));
            b.disk_with("disk", "des");
            b.add(kind, "copy", &["copy"], json!({"properties": properties}));
            b.locate("copy", json!("westus"));
        }
    };
    let disk = json!({"$ref": ["disk", "id"]});
    let snapshot = |option: &str| json!({"creationData": {"createOption": option, "sourceResourceId": disk.clone()}});
    let image = json!({"storageProfile": {"osDisk": {"managedDisk": {"id": disk.clone()}}}});
    only(lint(build("Microsoft.Compute/snapshots", snapshot("Copy"))), "CMK020");
    clean(&lint(build("Microsoft.Compute/snapshots", snapshot("CopyStart"))));
    only(lint(build("Microsoft.Compute/images", image)), "CMK020");
}

#[test]
fn cmk021_reports_a_set_of_another_subscription_by_its_literal_id() {
    let build = |subscription: Json| {
        move |b: &mut Build| {
            let id = json!({"$join": ["/subscriptions/", subscription,
                "/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/far"]});
            b.disk("disk", json!({"encryption": {"diskEncryptionSetId": id}}));
        }
    };
    only(lint(build(json!(OTHER))), "CMK021");
    clean(&lint(build(json!({"$symbol": "subscription"}))));
    clean(&lint(build(json!(common::SUBSCRIPTION))));
}

#[test]
fn cmk040_reports_ade_and_an_encryption_set_together() {
    let own = |enabled: Json| {
        move |b: &mut Build| {
            b.set("des", json!(URL));
            let properties = json!({"encryption": {"diskEncryptionSetId": {"$ref": ["des", "id"]}},
                "encryptionSettingsCollection": {"enabled": enabled}});
            b.disk("disk", properties);
        }
    };
    only(lint(own(json!(true))), "CMK040");
    clean(&lint(own(json!(false))));
    clean(&lint(own(json!({"$symbol": "ade"}))));
}

#[test]
fn cmk040_reads_the_volumes_of_the_extension() {
    let build = |volumes: Json, operation: &'static str, os: bool| {
        move |b: &mut Build| {
            b.set("des", json!(URL));
            let (os, data) = if os { (managed("des"), json!([])) } else { (json!({}), json!([managed("des")])) };
            machine(b, os, data);
            extension(b, volumes, operation);
        }
    };
    for (volumes, os, found) in
        [("OS", true, true), ("os", false, false), ("Data", true, false), ("Data", false, true), ("All", true, true)]
    {
        let findings = lint(build(json!(volumes), "EnableEncryption", os));
        assert_eq!(findings.len(), usize::from(found), "{volumes} {os}");
    }
    clean(&lint(build(json!({"$symbol": "volumes"}), "EnableEncryption", true)));
    clean(&lint(build(json!("All"), "DisableEncryption", true)));
}

#[test]
fn cmk041_follows_copies_snapshots_and_images_to_a_disk_with_ade() {
    let build = |enabled: Json| {
        move |b: &mut Build| {
            b.set("des", json!(URL));
            b.disk("old", json!({"encryptionSettingsCollection": {"enabled": enabled}}));
            let copy = |of: &str| json!({"createOption": "Copy", "sourceResourceId": {"$ref": [of, "id"]}});
            let snapshot = json!({"properties": {"creationData": copy("old")}});
            b.add("Microsoft.Compute/snapshots", "snap", &["snap"], snapshot);
            let image =
                json!({"properties": {"storageProfile": {"osDisk": {"snapshot": {"id": {"$ref": ["snap", "id"]}}}}}});
            b.add("Microsoft.Compute/images", "image", &["image"], image);
            let of_image = json!({"createOption": "FromImage", "imageReference": {"id": {"$ref": ["image", "id"]}}});
            b.disk(
                "new",
                json!({"creationData": of_image, "encryption": {"diskEncryptionSetId": {"$ref": ["des", "id"]}}}),
            );
        }
    };
    let finding = only(lint(build(json!(true))), "CMK041");
    assert_eq!(finding.resources, ["new", "old", "image", "snap"]);
    assert!(finding.related.iter().any(|p| p.message == "by way of snapshot 'snap'"));
    clean(&lint(build(json!(false))));
    clean(&lint(build(json!({"$symbol": "ade"}))));
}

#[test]
fn a_chain_of_sources_that_bites_its_tail_ends() {
    clean(&lint(|b| {
        b.set("des", json!(URL));
        b.disk("a", json!({}));
        b.disk(
            "b",
            json!({"creationData": {"sourceResourceId": {"$ref": ["a", "id"]}, "sourceUri": {"$ref": ["a", "id"]}}}),
        );
        let back = json!({"properties": {"encryption": {"diskEncryptionSetId": {"$ref": ["des", "id"]}},
            "creationData": {"sourceResourceId": {"$ref": ["b", "id"]}, "sourceUri": {"$ref": ["b", "id"]}}}});
        let body = b.value(&back);
        b.get("a").body = body;
    }));
}

#[test]
fn cmk080_tells_sets_for_confidential_machines_from_others() {
    let build = |kind: Json, property: &'static str| {
        move |b: &mut Build| {
            let body = json!({"properties": {"activeKey": {"keyUrl": URL}, "encryptionType": kind}});
            b.add("Microsoft.Compute/diskEncryptionSets", "des", &["des"], body);
            let (outer, inner) = property.split_once('.').unwrap();
            b.disk("disk", json!({outer: {inner: {"$ref": ["des", "id"]}}}));
        }
    };
    let (ordinary, confidential) = ("encryption.diskEncryptionSetId", "securityProfile.secureVMDiskEncryptionSetId");
    let kind = json!("ConfidentialVmEncryptedWithCustomerKey");
    only(lint(build(kind.clone(), ordinary)), "CMK080");
    only(lint(build(json!(null), confidential)), "CMK080");
    clean(&lint(build(kind, confidential)));
    clean(&lint(build(json!(null), ordinary)));
    clean(&lint(build(json!({"$symbol": "kind"}), ordinary)));
}

#[test]
fn cmk090_is_off_unless_it_is_asked_for_and_then_reports_what_names_no_set() {
    let build = |b: &mut Build| {
        b.set("des", json!(URL));
        b.disk("bare", json!({}));
        b.disk_with("disk", "des");
        b.disk("unknown", json!({"encryption": {"diskEncryptionSetId": {"$symbol": "set"}}}));
        let attached = json!({"createOption": "Attach", "managedDisk": {"id": {"$ref": ["bare", "id"]}}});
        machine(b, json!({"createOption": "FromImage"}), json!([attached, {"createOption": "Empty"}]));
        let image = |of: &str| json!({"properties": {"storageProfile": {"osDisk": {"managedDisk": {"id": {"$ref": [of, "id"]}}}}}});
        b.add("Microsoft.Compute/images", "encrypted", &["encrypted"], image("disk"));
        b.add("Microsoft.Compute/images", "image", &["image"], image("bare"));
    };
    clean(&lint(build));
    let mut settings = Settings::default();
    settings.of_mut(by_id_or_name("disk-without-cmk").unwrap()).on = Some(true);
    let findings = lint_with(&settings, build);
    let mut messages: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
    messages.sort_unstable();
    assert_eq!(
        messages,
        [
            "a data disk of virtual machine 'vm' names no encryption set",
            "disk 'bare' names no encryption set",
            "the OS disk of image 'image' names no encryption set",
            "the OS disk of virtual machine 'vm' names no encryption set"
        ]
    );
}

#[test]
fn the_subscription_of_a_disk_is_compared_without_case() {
    clean(&lint(|b| {
        b.set("des", json!(URL));
        b.disk_with("disk", "des");
        b.get("disk").scope.subscription = Value::string("AAAA0000-0000-0000-0000-000000000001");
        b.get("des").scope.subscription = Value::string("aaaa0000-0000-0000-0000-000000000001");
    }));
}
