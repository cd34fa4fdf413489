//! Runs the real binary on small trees.
#![allow(dead_code)] // each test binary uses a part

use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// A tree of files in a directory of its own, and the binary in it.
pub(crate) struct Tree(pub(crate) TempDir);

/// What a run left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tree {
    pub(crate) fn new<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let tree = Self(TempDir::new().unwrap());
        for (path, text) in files {
            tree.write(path, text.as_ref());
        }
        tree
    }

    pub(crate) fn write(&self, path: &str, text: &[u8]) {
        let full = self.0.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut command = Command::cargo_bin("cmklint").unwrap();
        command.current_dir(self.path()).args(args).write_stdin(stdin).env("COLUMNS", "100");
        for name in ["NO_COLOR", "CI", "GITHUB_ACTIONS"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// `path:line rule` of each finding.
    pub(crate) fn found(&self, args: &[&str]) -> Vec<String> {
        let ran = self.run(&[&["--format", "json"], args].concat());
        let json: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", ran.out, ran.err));
        let mut out: Vec<String> = json["issues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| {
                format!(
                    "{}:{} {}",
                    i["range"]["filename"].as_str().unwrap(),
                    i["range"]["start"]["line"],
                    i["id"].as_str().unwrap()
                )
            })
            .collect();
        out.sort();
        out
    }
}

/// A key of a type that no encryption set may use, and a set that uses it: CMK001 on line 18, wherever it stands.
pub(crate) const EC_KEY: &str = r#"resource "azurerm_resource_group" "rg" {
  name     = "rg"
  location = "westeurope"
}

resource "azurerm_key_vault" "kv" {
  name                     = "kv-example"
  location                 = azurerm_resource_group.rg.location
  resource_group_name      = azurerm_resource_group.rg.name
  tenant_id                = "00000000-0000-0000-0000-00000000000a"
  sku_name                 = "premium"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_key" "key" {
  name         = "key"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "EC"
  curve        = "P-256"
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  location            = azurerm_resource_group.rg.location
  resource_group_name = azurerm_resource_group.rg.name
  key_vault_key_id    = azurerm_key_vault_key.key.id
  identity { type = "SystemAssigned" }
}

resource "azurerm_role_assignment" "des" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;
