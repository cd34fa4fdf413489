//! The disks that machines make for themselves, as the sources of others.

mod common;

use common::{Build, SUBSCRIPTION, URL, clean, ids, lint, only};
use serde_json::{Value as Json, json};

const OS_DISK: &str = "properties.storageProfile.osDisk.managedDisk.id";
const DATA_DISK: &str = "properties.storageProfile.dataDisks[0].managedDisk.id";

fn encrypted(option: &str) -> Json {
    json!({"name": "os", "createOption": option, "managedDisk": {"diskEncryptionSet": {"id": {"$ref": ["set", "id"]}}}})
}

/// A VM in `westeurope` with that OS disk, and a snapshot in `northeurope` of `source`.
fn copied(os: Json, source: Json) -> impl FnOnce(&mut Build) {
    move |b| {
        b.set("set", json!(URL));
        let data = json!([{"lun": 3, "createOption": "Empty", "managedDisk": {"diskEncryptionSet": {"id": {"$ref": ["set", "id"]}}}}]);
        let body = json!({"properties": {"storageProfile": {"osDisk": os, "dataDisks": data}}});
        b.add("Microsoft.Compute/virtualMachines", "vm", &["vm"], body);
        snapshot(b, source);
    }
}

fn snapshot(b: &mut Build, source: Json) {
    let body = json!({"properties": {"creationData": {"createOption": "Copy", "sourceResourceId": source}}});
    b.add("Microsoft.Compute/snapshots", "snap", &["snap"], body);
    b.locate("snap", json!("northeurope"));
}

fn disk_id(name: &str) -> Json {
    json!(format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/RG/providers/Microsoft.Compute/disks/{name}"))
}

#[test]
fn a_machines_disk_is_found_by_its_attribute_and_by_its_id() {
    for source in [json!({"$ref": ["vm", OS_DISK]}), json!({"$ref": ["vm", DATA_DISK]}), disk_id("OS")] {
        let finding = only(lint(copied(encrypted("FromImage"), source)), "CMK020");
        assert!(
            finding.message.contains("disk of machine 'vm'") || finding.message.contains("disk 3 of machine 'vm'"),
            "{}",
            finding.message
        );
    }
    clean(&lint(copied(encrypted("FromImage"), disk_id("another"))));
}

#[test]
fn a_name_that_azure_makes_up_is_no_name_in_the_code() {
    let mut os = encrypted("FromImage");
    os.as_object_mut().unwrap().remove("name");
    only(lint(copied(os.clone(), json!({"$ref": ["vm", OS_DISK]}))), "CMK020");
    clean(&lint(copied(os, disk_id("vm_OsDisk_1"))));
}

#[test]
fn a_disk_that_is_attached_or_lives_with_the_host_is_not_made() {
    let of = |os: Json| lint(copied(os, disk_id("os")));
    clean(&of(encrypted("Attach")));
    clean(&of(
        json!({"name": "os", "createOption": {"$symbol": "option"}, "managedDisk": {"diskEncryptionSet": {"id": {"$ref": ["set", "id"]}}}}),
    ));
    let mut local = encrypted("FromImage");
    local["diffDiskSettings"] = json!({"option": "Local"});
    clean(&of(local));
    let mut blob = encrypted("FromImage");
    blob["vhd"] = json!({"uri": "https://a.blob.core.windows.net/vhds/os.vhd"});
    clean(&of(blob));
}

#[test]
fn a_disk_that_is_made_under_a_condition_is_reported_under_it() {
    let mut os = encrypted("FromImage");
    os["createOption"] = json!({"$if": "attach", "then": "Attach", "else": "FromImage"});
    os["managedDisk"]["id"] = json!({"$if": "attach", "then": disk_id("elsewhere"), "else": null});
    let finding = only(lint(copied(os, json!({"$ref": ["vm", OS_DISK]}))), "CMK020");
    assert!(finding.world.contains("attach"), "{}", finding.world);
}

#[test]
fn a_disk_declared_beside_the_machine_goes_before_the_one_it_makes() {
    let findings = lint(|b: &mut Build| {
        copied(encrypted("FromImage"), disk_id("os"))(b);
        b.add(
            "Microsoft.Compute/disks",
            "os",
            &["os"],
            json!({"properties": {"creationData": {"createOption": "Empty"}}}),
        );
    });
    clean(&findings);
}

#[test]
fn what_a_machine_makes_from_an_image_has_a_key_that_is_not_known() {
    let os = json!({"name": "os", "createOption": "FromImage"});
    let findings = lint(|b: &mut Build| {
        b.set("set", json!(URL));
        let image = json!({"properties": {"storageProfile": {"osDisk": {"diskEncryptionSet": {"id": {"$ref": ["set", "id"]}}}}}});
        b.add("Microsoft.Compute/images", "image", &["image"], image);
        let profile = json!({"osDisk": os, "imageReference": {"id": {"$ref": ["image", "id"]}}});
        b.add("Microsoft.Compute/virtualMachines", "vm", &["vm"], json!({"properties": {"storageProfile": profile}}));
        snapshot(b, json!({"$ref": ["vm", OS_DISK]}));
    });
    // The VM's own missing set is a warning; of the snapshot nothing is known.
    assert_eq!(ids(&findings), ["CMK010"]);
}

#[test]
fn the_disks_of_a_scale_sets_instance_are_like_the_sets_profile() {
    let findings = lint(|b: &mut Build| {
        b.set("set", json!(URL));
        let profile = json!({"storageProfile": {"osDisk": encrypted("FromImage")}});
        let body = json!({"properties": {"virtualMachineProfile": profile}});
        b.add("Microsoft.Compute/virtualMachineScaleSets", "vmss", &["vmss"], body);
        b.add("Microsoft.Compute/virtualMachineScaleSets/virtualMachines", "instance", &["vmss", "0"], json!({}));
        snapshot(b, json!({"$ref": ["instance", OS_DISK]}));
    });
    let finding = only(findings, "CMK020");
    assert!(finding.message.contains("the OS disk of machine 'vmss'"), "{}", finding.message);
}
