use super::{block, check, set};

#[test]
fn cmk043_one_of_two_encryptions_of_a_machine() {
    let machine = |host: &str| {
        block(
            "linux_virtual_machine",
            "vm",
            &format!(
                r#"  size = "Standard_D2s_v5"
  admin_username = "a"
  network_interface_ids = []
  {host}
  os_disk {{
    caching = "None"
    storage_account_type = "Premium_LRS"
  }}
"#
            ),
        )
    };
    let extension = |more: &str, operation: &str| {
        format!(
            r#"resource "azurerm_virtual_machine_extension" "ade" {{
  {more}
  name = "ade"
  virtual_machine_id = azurerm_linux_virtual_machine.vm.id
  publisher = "Microsoft.Azure.Security"
  type = "AzureDiskEncryptionForLinux"
  settings = jsonencode({{ EncryptionOperation = {operation}, VolumeType = "All" }})
}}
"#
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
                    + r#"variable "host" {
  default = true
}
"# + &extension("", enable),
            ),
            (
                "a condition",
                1,
                machine(on)
                    + r#"variable "ade" {
  type = bool
}
"# + &extension("count = var.ade ? 1 : 0", enable),
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
                    + r#"variable "ade" {
  type = bool
}
"# + &extension("count = var.ade ? 1 : 0", enable),
            ),
        ],
    );
}

#[test]
fn cmk074_firewalls_of_vaults() {
    let root = |acls: &str, more: &str| {
        block("key_vault", "kv", &format!("  tenant_id = \"t\"\n  sku_name = \"premium\"\n{acls}"))
            + r#"resource "azurerm_key_vault_key" "k" {
  name = "k"
  key_vault_id = azurerm_key_vault.kv.id
  key_type = "RSA"
  key_opts = ["wrapKey", "unwrapKey"]
}
"# + &block(
            "disk_encryption_set",
            "des",
            r#"  key_vault_key_id = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
"#,
        ) + more
    };
    let acls = |action: &str, bypass: &str| {
        format!(
            r#"  network_acls {{
    default_action = {action}
    bypass = {bypass}
    ip_rules = ["203.0.113.0/24"]
  }}
"#
        )
    };
    let dynamic = r#"  dynamic "network_acls" {
    for_each = var.network_acls != null ? { this = var.network_acls } : {}
    content {
      bypass = network_acls.value.bypass
      default_action = network_acls.value.default_action
    }
  }
"#;
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
                    r#"variable "open" {
  type = bool
}
"#,
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
fn cmk081_keys_for_confidential_machines() {
    let root = |key: &str, kind: &str, tier: &str| {
        block("key_vault", "kv", &format!("  tenant_id = \"t\"\n  sku_name = {tier}\n"))
            + &format!(
                r#"resource "azurerm_key_vault_key" "k" {{
  name = "k"
  key_vault_id = azurerm_key_vault.kv.id
  key_opts = ["wrapKey", "unwrapKey"]
{key}}}
"#
            )
            + &block(
                "disk_encryption_set",
                "des",
                &format!(
                    r#"  key_vault_key_id = azurerm_key_vault_key.k.id
  encryption_type = {kind}
  identity {{
    type = "SystemAssigned"
  }}
"#
                ),
            )
    };
    let confidential = "\"ConfidentialVmEncryptedWithCustomerKey\"";
    let key = |kind: &str| {
        format!(
            r#"  key_type = {kind}
  key_size = 3072
  release_policy {{
    data = file("policy.json")
  }}
"#
        )
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
