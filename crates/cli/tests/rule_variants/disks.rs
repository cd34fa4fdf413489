use super::{NAMES_SET, ULTRA, V2, block, check, disk, set};

#[test]
fn cmk013_a_disk_of_a_snapshot_has_its_set() {
    let sets = set("a", "") + &set("b", "");
    let snapshot = |set: &str| {
        block(
            "snapshot",
            "s",
            &format!("  create_option = \"Copy\"\n  source_resource_id = azurerm_managed_disk.source.id\n  {set}"),
        )
    };
    let source = disk("source", V2, "  disk_encryption_set_id = azurerm_disk_encryption_set.a.id\n");
    let copy = |kind: &str, set: &str| {
        disk(
            "copy",
            kind,
            &format!("  create_option = \"Copy\"\n  source_resource_id = azurerm_snapshot.s.id\n  {set}"),
        )
    };
    let own = "disk_encryption_set_id = azurerm_disk_encryption_set.";
    let all = |kind: &str, set: &str| {
        [sets.clone(), source.clone(), snapshot(&format!("{own}a.id")), copy(kind, set)].concat()
    };
    check(
        "CMK013",
        "main.tf",
        vec![
            ("another set", 1, all(V2, &format!("{own}b.id"))),
            ("an Ultra disk", 1, all(ULTRA, &format!("{own}b.id"))),
            (
                "by a local",
                1,
                all("local.kind", &format!("{own}b.id"))
                    + r#"locals {
  kind = "PremiumV2_LRS"
}
"#,
            ),
            ("the snapshot's set", 0, all(V2, &format!("{own}a.id"))),
            ("another kind of disk", 0, all("\"Premium_LRS\"", &format!("{own}b.id"))),
            ("a kind that is not known", 0, all("var.kind", &format!("{own}b.id")) + "variable \"kind\" {}\n"),
            ("a set that is not known", 0, all(V2, "disk_encryption_set_id = var.set") + "variable \"set\" {}\n"),
        ],
    );
}

#[test]
fn cmk024_later_disks_and_sets_with_user_assigned_identities() {
    let identity = |kind: &str| {
        format!(
            r#"identity {{
  type = {kind}
  identity_ids = ["/subscriptions/s/resourceGroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"]
}}
"#
        )
    };
    let root = |kind: &str, disk_kind: &str| set("des", &identity(kind)) + &disk("d", disk_kind, NAMES_SET);
    check(
        "CMK024",
        "main.tf",
        vec![
            ("user-assigned", 1, root("\"UserAssigned\"", V2)),
            ("both", 1, root("\"SystemAssigned, UserAssigned\"", V2)),
            (
                "for_each",
                1,
                set("des", &identity("\"UserAssigned\""))
                    + &disk(
                        "d",
                        "each.value",
                        &format!("  for_each = {{ fast = \"UltraSSD_LRS\", slow = \"Premium_LRS\" }}\n{NAMES_SET}"),
                    ),
            ),
            ("its own", 0, set("des", "") + &disk("d", V2, NAMES_SET)),
            ("another kind of disk", 0, root("\"UserAssigned\"", "\"StandardSSD_LRS\"")),
            ("an identity that is not known", 0, root("var.kind", V2) + "variable \"kind\" {}\n"),
            ("a kind of disk that is not known", 0, root("\"UserAssigned\"", "var.disk") + "variable \"disk\" {}\n"),
        ],
    );
}

#[test]
fn cmk027_recovered_disks_of_encrypted_ones_have_a_set() {
    let item = |managed_disk: &str| {
        block(
            "site_recovery_replicated_vm",
            "vm",
            &format!(
                r#"  recovery_vault_name = "rsv"
  source_recovery_fabric_name = "f"
  source_recovery_protection_container_name = "c"
  target_resource_group_id = "/subscriptions/s/resourceGroups/dr"
{managed_disk}"#
            ),
        )
    };
    let plain = |id: &str, more: &str| {
        format!(
            r#"  managed_disk {{
    disk_id = {id}
    target_disk_type = "Premium_LRS"
    {more}
  }}
"#
        )
    };
    let id = "azurerm_managed_disk.d.id";
    let encrypted = set("des", "") + &disk("d", "\"Premium_LRS\"", NAMES_SET);
    let dynamic = r#"  dynamic "managed_disk" {
    for_each = [azurerm_managed_disk.d]
    content {
      disk_id = managed_disk.value.id
      target_disk_type = managed_disk.value.storage_account_type
    }
  }
"#;
    let given = "target_disk_encryption_set_id = try(var.des_id, null)";
    check(
        "CMK027",
        "main.tf",
        vec![
            ("no set", 1, encrypted.clone() + &item(&plain(id, ""))),
            ("a null", 1, encrypted.clone() + &item(&plain(id, "target_disk_encryption_set_id = null"))),
            ("a dynamic block", 1, encrypted.clone() + &item(dynamic)),
            (
                "a set",
                0,
                encrypted.clone()
                    + &item(&plain(
                        id,
                        "target_disk_encryption_set_id = \"/subscriptions/s/resourceGroups/dr/providers/Microsoft.Compute/diskEncryptionSets/des\"",
                    )),
            ),
            ("a set that may be given", 0, encrypted.clone() + "variable \"des_id\" {}\n" + &item(&plain(id, given))),
            ("a disk without a set", 0, disk("d", "\"Premium_LRS\"", "") + &item(&plain(id, ""))),
            (
                "a disk whose set is not known",
                0,
                "variable \"set\" {}\n".to_owned()
                    + &disk("d", "\"Premium_LRS\"", "  disk_encryption_set_id = try(var.set, null)\n")
                    + &item(&plain(id, "")),
            ),
            (
                "a disk of elsewhere",
                0,
                item(&plain("\"/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/disks/d\"", "")),
            ),
        ],
    );
}

#[test]
fn cmk082_later_disks_are_encrypted_once() {
    let double = |kind: &str| set("des", &format!("  encryption_type = {kind}\n"));
    let both = "\"EncryptionAtRestWithPlatformAndCustomerKeys\"";
    let machine = |kind: &str| {
        block(
            "linux_virtual_machine_scale_set",
            "s",
            &format!(
                r#"  sku = "Standard_D2s_v5"
  admin_username = "a"
  os_disk {{
    caching = "None"
    storage_account_type = "Premium_LRS"
  }}
  data_disk {{
    lun = 0
    caching = "None"
    disk_size_gb = 32
    storage_account_type = {kind}
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  }}
"#
            ),
        )
    };
    check(
        "CMK082",
        "main.tf",
        vec![
            ("a disk", 1, double(both) + &disk("d", V2, NAMES_SET)),
            ("a scale set's disk", 1, double(both) + &machine(ULTRA)),
            (
                "a map of disks",
                1,
                double(both)
                    + &disk(
                        "d",
                        "each.value.kind",
                        &format!(
                            "  for_each = {{ log = {{ kind = \"UltraSSD_LRS\" }}, os = {{ kind = \"Premium_LRS\" }} }}\n{NAMES_SET}"
                        ),
                    ),
            ),
            (
                "a default",
                1,
                double("var.kind")
                    + &format!(
                        r#"variable "kind" {{
  default = {both}
}}
"#
                    )
                    + &disk("d", V2, NAMES_SET),
            ),
            ("one key", 0, double("\"EncryptionAtRestWithCustomerKey\"") + &disk("d", V2, NAMES_SET)),
            ("no type", 0, set("des", "") + &disk("d", V2, NAMES_SET)),
            (
                "another kind of disk",
                0,
                double(both) + &disk("d", "\"Premium_LRS\"", NAMES_SET) + &machine("\"StandardSSD_LRS\""),
            ),
            ("a type that is not known", 0, double("var.kind") + "variable \"kind\" {}\n" + &disk("d", V2, NAMES_SET)),
            (
                "a set of elsewhere",
                0,
                disk(
                    "d",
                    V2,
                    "  disk_encryption_set_id = \"/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/diskEncryptionSets/des\"\n",
                ),
            ),
        ],
    );
}

#[test]
fn cmk083_machines_with_ephemeral_disks() {
    let rotating = |value: &str| set("des", &format!("  auto_key_rotation_enabled = {value}\n"));
    let machine = |settings: &str| {
        block(
            "windows_virtual_machine",
            "vm",
            &format!(
                r#"  size = "Standard_D2s_v5"
  admin_username = "a"
  network_interface_ids = []
  os_disk {{
    caching = "ReadOnly"
    storage_account_type = "Standard_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
{settings}  }}
"#
            ),
        )
    };
    let local = r#"    diff_disk_settings {
      option = "Local"
      placement = "CacheDisk"
    }
"#;
    let dynamic = r#"    dynamic "diff_disk_settings" {
      for_each = var.ephemeral ? [1] : []
      content {
        option = "Local"
      }
    }
"#;
    let variable = |default: &str| {
        format!(
            r#"variable "ephemeral" {{
  type = bool
{default}}}
"#
        )
    };
    check(
        "CMK083",
        "main.tf",
        vec![
            ("ephemeral", 1, rotating("true") + &machine(local)),
            ("a dynamic block that is on", 1, rotating("true") + &variable("  default = true\n") + &machine(dynamic)),
            ("a dynamic block that may be on", 1, rotating("true") + &variable("") + &machine(dynamic)),
            ("a dynamic block that is off", 0, rotating("true") + &variable("  default = false\n") + &machine(dynamic)),
            ("no rotation", 0, rotating("false") + &machine(local)),
            ("rotation that is not known", 0, rotating("var.rotates") + "variable \"rotates\" {}\n" + &machine(local)),
            ("a disk that stays", 0, rotating("true") + &machine("")),
            ("a disk of its own", 0, rotating("true") + &disk("d", "\"Premium_LRS\"", NAMES_SET)),
        ],
    );
}
