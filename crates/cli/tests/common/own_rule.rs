//! A tree with a disk and a rule of a team's own.
#![allow(dead_code)] // each test binary uses a part

use std::path::Path;

use assert_cmd::Command;

use crate::common::{Ran, Tree};

pub(crate) const DISK: &str = r#"
resource "azurerm_disk_encryption_set" "des" {
  name                = "des-mine"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
}

resource "azurerm_managed_disk" "data" {
  name                   = "data"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
"#;

/// A rule with that id, and a body for `deny`.
pub(crate) fn rule(id: &str, body: &str) -> String {
    format!(
        r#"# METADATA
# title: A rule of a test
# custom:
#   id: {id}
#   help: Do what the test wants.
package org.{id}

import data.cmklint

{body}
"#
    )
}

/// Reports each disk, at its type.
pub(crate) const EACH_DISK: &str = r#"
deny contains finding if {
	some disk in cmklint.resources("Microsoft.Compute/disks")
	some type in cmklint.values(disk, "sku.name")
	cmklint.known(type)
	finding := {"at": type, "message": sprintf("%s is a disk", [disk.address])}
}
"#;

/// A tree with the disk, and a rule with that body.
pub(crate) fn tree(body: &str) -> Tree {
    of(&[("main.tf", DISK), ("cmklint-rules/r.rego", &rule("ORG001", body))])
}

/// A tree of these files.
pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
    Tree::new(files)
}

pub(crate) fn write(tree: &Tree, path: &str, text: &str) {
    tree.write(path, text.as_bytes());
}

/// Runs the binary in `folder`.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Ran {
    let output = Command::cargo_bin("cmklint").unwrap().current_dir(folder).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}
