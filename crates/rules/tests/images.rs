//! The rules on images, image versions and galleries.

mod common;

use cmklint_graph::Value;
use cmklint_rules::{Edition, Level, Settings};
use common::{Build, OTHER, URL, clean, lint, lint_with, only};
use serde_json::{Value as Json, json};

const URL_OF_OTHER_KEY: &str = "https://kv.vault.azure.net/keys/other/0123456789abcdef0123456789abcdef";

/// Two sets with different keys, an image with the first, and a disk of the image with `encryption`.
fn disk_of_image(encryption: Json) -> impl FnOnce(&mut Build) {
    move |b| {
        b.set("a", json!(URL));
        b.set("b", json!(URL_OF_OTHER_KEY));
        let image =
            json!({"properties": {"storageProfile": {"osDisk": {"diskEncryptionSet": {"id": {"$ref": ["a", "id"]}}}}}});
        b.add("Microsoft.Compute/images", "image", &["image"], image);
        let creation = json!({"createOption": "FromImage", "imageReference": {"id": {"$ref": ["image", "id"]}}});
        b.disk("disk", json!({"creationData": creation, "encryption": encryption}));
    }
}

fn names(set: &str) -> Json {
    json!({"diskEncryptionSetId": {"$ref": [set, "id"]}})
}

/// A version with target regions `(name, set)`.
fn version(b: &mut Build, regions: &[(&str, Json)]) {
    let regions: Vec<Json> = regions
        .iter()
        .map(|(name, set)| json!({"name": name, "encryption": {"osDiskImage": {"diskEncryptionSetId": set}}}))
        .collect();
    let body = json!({"properties": {"publishingProfile": {"targetRegions": regions}}});
    b.add("Microsoft.Compute/galleries/images/versions", "version", &["gal", "img", "1.0.0"], body);
}

fn id(set: &str) -> Json {
    json!({"$ref": [set, "id"]})
}

#[test]
fn cmk010_reports_another_key_and_warns_of_none() {
    let first = Settings { edition: Some(Edition::OLDEST), ..Settings::default() };
    assert_eq!(only(lint_with(&first, disk_of_image(names("b"))), "CMK010").level, Level::Error);
    assert_eq!(only(lint_with(&first, disk_of_image(json!(null))), "CMK010").level, Level::Warning);
    let lifted = only(lint(disk_of_image(names("b"))), "CMK010");
    assert_eq!((lifted.level, &*lifted.notes), (Level::Warning, &["lifted in the edition of 2023-02".to_owned()][..]));
    clean(&lint(disk_of_image(names("a"))));
    clean(&lint(disk_of_image(json!({"diskEncryptionSetId": {"$symbol": "set"}}))));
    let later = Settings { edition: Some(Edition::Y2023M02), ..Settings::default() };
    clean(&lint_with(&later, disk_of_image(names("b"))));
}

#[test]
fn cmk010_names_the_arm_in_which_the_key_is_another() {
    let choice = json!({"diskEncryptionSetId": {"$if": "dedicated", "then": id("b"), "else": id("a")}});
    assert_eq!(only(lint(disk_of_image(choice)), "CMK010").world, "dedicated is true");
}

#[test]
fn cmk010_compares_the_data_disk_with_the_same_number() {
    let build = |lun: i64, option: &'static str| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            b.set("b", json!(URL_OF_OTHER_KEY));
            let image = json!({"properties": {"storageProfile": {
                "osDisk": {"diskEncryptionSet": {"id": id("b")}},
                "dataDisks": [{"lun": 0, "diskEncryptionSet": {"id": id("a")}}, {"lun": 1, "diskEncryptionSet": {"id": id("b")}}]
            }}});
            b.add("Microsoft.Compute/images", "image", &["image"], image);
            let disk = |option: &str, lun: i64| json!({"lun": lun, "createOption": option, "managedDisk": {"diskEncryptionSet": {"id": id("b")}}});
            let body = json!({"properties": {"storageProfile": {
                "imageReference": {"id": id("image")},
                "osDisk": disk("FromImage", 9), "dataDisks": [disk(option, lun)]}}});
            b.add("Microsoft.Compute/virtualMachines", "vm", &["vm"], body);
        }
    };
    only(lint(build(0, "FromImage")), "CMK010");
    clean(&lint(build(1, "FromImage")));
    clean(&lint(build(0, "Empty")));
    clean(&lint(build(7, "FromImage")));
}

#[test]
fn cmk010_takes_the_set_of_the_disks_region_of_an_image_version() {
    let build = |region: &'static str| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            b.set("b", json!(URL_OF_OTHER_KEY));
            b.locate("b", json!(region));
            version(b, &[("West Europe", id("a")), ("westus", id("b"))]);
            let creation = json!({"galleryImageReference": {"id": id("version")}});
            b.disk("disk", json!({"creationData": creation, "encryption": names("b")}));
            b.locate("disk", json!(region));
        }
    };
    clean(&lint(build("westus")));
    let findings = lint(build("westeurope"));
    assert_eq!(common::ids(&findings), ["CMK010", "CMK060"]);
}

#[test]
fn cmk011_reports_a_disk_in_another_subscription_than_its_image() {
    let build = |subscription: Value| {
        move |b: &mut Build| {
            disk_of_image(names("a"))(b);
            for address in ["a", "b", "image"] {
                b.get(address).scope.subscription = subscription.clone();
            }
        }
    };
    let findings = lint(build(Value::string(OTHER)));
    assert_eq!(common::ids(&findings), ["CMK011", "CMK021"]);
    let unknown = Value::symbol(cmklint_graph::Symbol::new("d0:subscription", "the subscription"));
    clean(&lint(build(unknown)));
}

#[test]
fn cmk060_and_061_report_a_set_of_another_region_or_subscription() {
    let build = |location: Json, subscription: &'static str| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            b.locate("a", location);
            b.get("a").scope.subscription = Value::string(subscription);
            version(b, &[("West Europe", id("a"))]);
        }
    };
    clean(&lint(build(json!("westeurope"), common::SUBSCRIPTION)));
    only(lint(build(json!("westus"), common::SUBSCRIPTION)), "CMK060");
    only(lint(build(json!("westeurope"), OTHER)), "CMK061");
    clean(&lint(build(json!({"$symbol": "location"}), common::SUBSCRIPTION)));
}

#[test]
fn cmk062_warns_of_a_target_region_without_a_set_beside_one_with() {
    let build = |other: Json| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            version(b, &[("westeurope", id("a")), ("westus", other)]);
        }
    };
    let finding = only(lint(build(json!(""))), "CMK062");
    assert_eq!(finding.level, Level::Warning);
    only(lint(build(json!(null))), "CMK062");
    clean(&lint(build(json!({"$symbol": "set"}))));
    let finding = only(lint(build(json!({"$if": "x", "then": {"$symbol": "set"}, "else": null}))), "CMK062");
    assert_eq!(finding.world, "x is false");
    clean(&lint(|b| version(b, &[("westeurope", json!(null)), ("westus", json!(null))])));
}

#[test]
fn cmk063_reports_a_shared_gallery_with_an_encrypted_version_once() {
    let build = |permissions: Json| {
        move |b: &mut Build| {
            b.set("a", json!(URL));
            let gallery = json!({"properties": {"sharingProfile": {"permissions": permissions}}});
            b.add("Microsoft.Compute/galleries", "gallery", &["gal"], gallery);
            version(b, &[("westeurope", id("a"))]);
        }
    };
    let finding = only(lint(build(json!("Community"))), "CMK063");
    assert_eq!(finding.resources, ["gallery", "version"]);
    only(lint(build(json!("groups"))), "CMK063");
    clean(&lint(build(json!("Private"))));
    clean(&lint(build(json!({"$symbol": "permissions"}))));
}
