//! The rules of today in the ways in which people write what they look at: variables and locals, `dynamic` blocks, `for_each`, modules, conditions, data sources. Each variant is
//! a small root of which one rule alone is run, and says how many findings it has.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests

#[path = "../common/mod.rs"]
mod common;

mod disks;
mod keys;
mod templates;

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
        r#"resource "azurerm_{kind}" "{name}" {{
  name = "{name}"
  location = "westeurope"
  resource_group_name = "rg"
{more}
}}
"#
    )
}

/// An encryption set with `more` in its block.
fn set(name: &str, more: &str) -> String {
    let identity = if more.contains("identity {") {
        ""
    } else {
        r#"identity {
  type = "SystemAssigned"
}
"#
    };
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
