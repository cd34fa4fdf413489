//! The rules of today in the ways in which people write what they look at: variables and locals, `dynamic` blocks, `for_each`, modules, conditions, data sources. Each variant is
//! a small root of which one rule alone is run, and says how many findings it has.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const URL: &str = "https://kv-disks.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef";

/// A variant: what it is, how many findings it has, and the text of its `main.tf`, or of its `main.bicep`.
type Variant<'a> = (&'a str, usize, String);

fn check(rule: &str, file: &str, variants: Vec<Variant<'_>>) {
    let mut wrong = Vec::new();
    for (name, want, text) in variants {
        let ran = Tree::new(&[(file, &text)]).run(&["--only", rule, "--format", "json", "--today", "2026-12-01"]);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
        assert!(!ran.err.contains("rror"), "{name}: {}\n{text}", ran.err);
        let found = report["issues"].as_array().unwrap().len();
        if found != want {
            wrong.push(format!("{rule}, {name}: {found} instead of {want}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A block of Terraform in West Europe with `more` in it.
fn block(kind: &str, name: &str, more: &str) -> String {
    format!(
        "resource \"azurerm_{kind}\" \"{name}\" {{\n  name = \"{name}\"\n  location = \"westeurope\"\n  resource_group_name = \"rg\"\n{more}\n}}\n"
    )
}

/// An encryption set with `more` in its block.
fn set(name: &str, more: &str) -> String {
    let identity = if more.contains("identity {") { "" } else { "identity {\n  type = \"SystemAssigned\"\n}\n" };
    block("disk_encryption_set", name, &format!("  key_vault_key_id = \"{URL}\"\n{identity}{more}"))
}

/// A disk with `more` in its block.
fn disk(name: &str, kind: &str, more: &str) -> String {
    let source = if more.contains("create_option") { "" } else { "  create_option = \"Empty\"\n  disk_size_gb = 64\n" };
    block("managed_disk", name, &format!("  storage_account_type = {kind}\n{source}{more}"))
}

const ULTRA: &str = "\"UltraSSD_LRS\"";
const V2: &str = "\"PremiumV2_LRS\"";
const NAMES_SET: &str = "  disk_encryption_set_id = azurerm_disk_encryption_set.des.id\n";

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
            ("by a local", 1, all("local.kind", &format!("{own}b.id")) + "locals {\n  kind = \"PremiumV2_LRS\"\n}\n"),
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
            "identity {{\n  type = {kind}\n  identity_ids = [\"/subscriptions/s/resourceGroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i\"]\n}}\n"
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
                "  recovery_vault_name = \"rsv\"\n  source_recovery_fabric_name = \"f\"\n  source_recovery_protection_container_name = \"c\"\n  target_resource_group_id = \"/subscriptions/s/resourceGroups/dr\"\n{managed_disk}"
            ),
        )
    };
    let plain = |id: &str, more: &str| {
        format!("  managed_disk {{\n    disk_id = {id}\n    target_disk_type = \"Premium_LRS\"\n    {more}\n  }}\n")
    };
    let id = "azurerm_managed_disk.d.id";
    let encrypted = set("des", "") + &disk("d", "\"Premium_LRS\"", NAMES_SET);
    let dynamic = "  dynamic \"managed_disk\" {\n    for_each = [azurerm_managed_disk.d]\n    content {\n      disk_id = managed_disk.value.id\n      target_disk_type = managed_disk.value.storage_account_type\n    }\n  }\n";
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
fn cmk043_one_of_two_encryptions_of_a_machine() {
    let machine = |host: &str| {
        block(
            "linux_virtual_machine",
            "vm",
            &format!(
                "  size = \"Standard_D2s_v5\"\n  admin_username = \"a\"\n  network_interface_ids = []\n  {host}\n  os_disk {{\n    caching = \"None\"\n    storage_account_type = \"Premium_LRS\"\n  }}\n"
            ),
        )
    };
    let extension = |more: &str, operation: &str| {
        format!(
            "resource \"azurerm_virtual_machine_extension\" \"ade\" {{\n  {more}\n  name = \"ade\"\n  virtual_machine_id = azurerm_linux_virtual_machine.vm.id\n  publisher = \"Microsoft.Azure.Security\"\n  type = \"AzureDiskEncryptionForLinux\"\n  settings = jsonencode({{ EncryptionOperation = {operation}, VolumeType = \"All\" }})\n}}\n"
        )
    };
    let on = "encryption_at_host_enabled = true";
    let enable = "\"EnableEncryption\"";
    check(
        "CMK043",
        "main.tf",
        vec![
            ("both", 1, machine(on) + &extension("", enable)),
            (
                "a default",
                1,
                machine("encryption_at_host_enabled = var.host")
                    + "variable \"host\" {\n  default = true\n}\n"
                    + &extension("", enable),
            ),
            (
                "a condition",
                1,
                machine(on) + "variable \"ade\" {\n  type = bool\n}\n" + &extension("count = var.ade ? 1 : 0", enable),
            ),
            ("off", 0, machine("encryption_at_host_enabled = false") + &extension("", enable)),
            ("not stated", 0, machine("") + &extension("", enable)),
            (
                "not known",
                0,
                machine("encryption_at_host_enabled = var.host") + "variable \"host\" {}\n" + &extension("", enable),
            ),
            ("switched off by the extension", 0, machine(on) + &extension("", "\"DisableEncryption\"")),
            (
                "either of them",
                0,
                machine("encryption_at_host_enabled = !var.ade")
                    + "variable \"ade\" {\n  type = bool\n}\n"
                    + &extension("count = var.ade ? 1 : 0", enable),
            ),
        ],
    );
}

#[test]
fn cmk074_firewalls_of_vaults() {
    let root = |acls: &str, more: &str| {
        block("key_vault", "kv", &format!("  tenant_id = \"t\"\n  sku_name = \"premium\"\n{acls}"))
            + "resource \"azurerm_key_vault_key\" \"k\" {\n  name = \"k\"\n  key_vault_id = azurerm_key_vault.kv.id\n  key_type = \"RSA\"\n  key_opts = [\"wrapKey\", \"unwrapKey\"]\n}\n"
            + &block(
                "disk_encryption_set",
                "des",
                "  key_vault_key_id = azurerm_key_vault_key.k.id\n  identity {\n    type = \"SystemAssigned\"\n  }\n",
            )
            + more
    };
    let acls = |action: &str, bypass: &str| {
        format!(
            "  network_acls {{\n    default_action = {action}\n    bypass = {bypass}\n    ip_rules = [\"203.0.113.0/24\"]\n  }}\n"
        )
    };
    let dynamic = "  dynamic \"network_acls\" {\n    for_each = var.network_acls != null ? { this = var.network_acls } : {}\n    content {\n      bypass = network_acls.value.bypass\n      default_action = network_acls.value.default_action\n    }\n  }\n";
    let variable = |default: &str| format!("variable \"network_acls\" {{\n{default}}}\n");
    check(
        "CMK074",
        "main.tf",
        vec![
            ("kept out", 1, root(&acls("\"Deny\"", "\"None\""), "")),
            (
                "a dynamic block with a default",
                1,
                root(dynamic, &variable("  default = { bypass = \"None\", default_action = \"Deny\" }\n")),
            ),
            (
                "a condition",
                1,
                root(
                    &acls("\"Deny\"", "var.open ? \"AzureServices\" : \"None\""),
                    "variable \"open\" {\n  type = bool\n}\n",
                ),
            ),
            ("let through", 0, root(&acls("\"Deny\"", "\"AzureServices\""), "")),
            ("all is allowed", 0, root(&acls("\"Allow\"", "\"None\""), "")),
            ("a dynamic block without a default", 0, root(dynamic, &variable(""))),
            ("no public network", 0, root("  public_network_access_enabled = false\n", "")),
            ("nothing is stated", 0, root("", "")),
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
                "  sku = \"Standard_D2s_v5\"\n  admin_username = \"a\"\n  os_disk {{\n    caching = \"None\"\n    storage_account_type = \"Premium_LRS\"\n  }}\n  data_disk {{\n    lun = 0\n    caching = \"None\"\n    disk_size_gb = 32\n    storage_account_type = {kind}\n    disk_encryption_set_id = azurerm_disk_encryption_set.des.id\n  }}\n"
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
                    + &format!("variable \"kind\" {{\n  default = {both}\n}}\n")
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
                "  size = \"Standard_D2s_v5\"\n  admin_username = \"a\"\n  network_interface_ids = []\n  os_disk {{\n    caching = \"ReadOnly\"\n    storage_account_type = \"Standard_LRS\"\n    disk_encryption_set_id = azurerm_disk_encryption_set.des.id\n{settings}  }}\n"
            ),
        )
    };
    let local = "    diff_disk_settings {\n      option = \"Local\"\n      placement = \"CacheDisk\"\n    }\n";
    let dynamic = "    dynamic \"diff_disk_settings\" {\n      for_each = var.ephemeral ? [1] : []\n      content {\n        option = \"Local\"\n      }\n    }\n";
    let variable = |default: &str| format!("variable \"ephemeral\" {{\n  type = bool\n{default}}}\n");
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

#[test]
fn cmk081_keys_for_confidential_machines() {
    let root = |key: &str, kind: &str, tier: &str| {
        block("key_vault", "kv", &format!("  tenant_id = \"t\"\n  sku_name = {tier}\n"))
            + &format!(
                "resource \"azurerm_key_vault_key\" \"k\" {{\n  name = \"k\"\n  key_vault_id = azurerm_key_vault.kv.id\n  key_opts = [\"wrapKey\", \"unwrapKey\"]\n{key}}}\n"
            )
            + &block(
                "disk_encryption_set",
                "des",
                &format!(
                    "  key_vault_key_id = azurerm_key_vault_key.k.id\n  encryption_type = {kind}\n  identity {{\n    type = \"SystemAssigned\"\n  }}\n"
                ),
            )
    };
    let confidential = "\"ConfidentialVmEncryptedWithCustomerKey\"";
    let key = |kind: &str| {
        format!("  key_type = {kind}\n  key_size = 3072\n  release_policy {{\n    data = file(\"policy.json\")\n  }}\n")
    };
    let premium = "\"premium\"";
    check(
        "CMK081",
        "main.tf",
        vec![
            ("a software key", 1, root(&key("\"RSA\""), confidential, premium)),
            ("a curve", 1, root(&key("\"EC-HSM\""), confidential, premium)),
            ("no release policy", 1, root("  key_type = \"RSA-HSM\"\n  key_size = 3072\n", confidential, premium)),
            ("a standard vault", 1, root(&key("\"RSA-HSM\""), confidential, "\"standard\"")),
            ("as it should be", 0, root(&key("\"RSA-HSM\""), confidential, premium)),
            ("an ordinary set", 0, root(&key("\"RSA\""), "\"EncryptionAtRestWithCustomerKey\"", "\"standard\"")),
            ("a type that is not known", 0, root(&key("var.kind"), confidential, premium) + "variable \"kind\" {}\n"),
            ("a set whose type is not known", 0, root(&key("\"RSA\""), "var.kind", premium) + "variable \"kind\" {}\n"),
            ("a key of elsewhere", 0, set("des", &format!("  encryption_type = {confidential}\n"))),
        ],
    );
}
