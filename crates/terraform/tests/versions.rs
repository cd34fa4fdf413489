//! What depends on the provider's version: `required_providers`, `version` in a provider block, the lock file.

mod common;

use common::{Root, root};

const VAULT: &str = r#"resource "azurerm_key_vault" "v" {
 name = "v"
 resource_group_name = "g"
 location = "x"
 soft_delete_enabled = false
}
"#;
const SOFT_DELETE: &str = "properties.enableSoftDelete";
const LOCK: &str = ".terraform.lock.hcl";

fn required(constraint: &str) -> String {
    format!(
        r#"terraform {{
 required_providers {{
 azurerm = {{
 source = "hashicorp/azurerm"
 version = "{constraint}"
 }}
 }}
}}
"#
    )
}

fn soft_delete(root: &Root) -> String {
    root.get("azurerm_key_vault.v", SOFT_DELETE)
}

fn with(head: &str) -> Root {
    root(&[("main.tf", &format!("{head}{VAULT}"))])
}

fn lock(version: &str) -> String {
    format!(
        r#"provider "registry.terraform.io/hashicorp/azurerm" {{
 version = "{version}"
 hashes = []
}}
"#
    )
}

#[test]
fn an_argument_without_function_in_a_newer_version_counts_as_the_version_has_it() {
    assert_eq!(soft_delete(&with(&required("~> 2.50"))), "true");
    assert_eq!(soft_delete(&with(&required("= 2.40.0"))), "false");
    assert_eq!(soft_delete(&with(&required(">= 2.0, < 2.42"))), "false");
    assert_eq!(
        soft_delete(&with(
            r#"provider "azurerm" {
 version = "=2.40.0"
 features {}
}
"#
        )),
        "false"
    );
    let short = r#"terraform {
 required_providers {
 azurerm = "~> 2.40.0"
 }
}
"#;
    assert_eq!(soft_delete(&with(short)), "false");
}

#[test]
fn terraforms_json_says_it_too() {
    let text = r#"{"terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "~> 2.40.0"}}}}"#;
    assert_eq!(soft_delete(&root(&[("main.tf", VAULT), ("versions.tf.json", text)])), "false");
    let text = r#"{"terraform": [{"required_providers": [{"azurerm": "~> 2.40.0"}]}]}"#;
    assert_eq!(soft_delete(&root(&[("main.tf", VAULT), ("versions.tf.json", text)])), "false");
}

#[test]
fn where_the_version_is_not_known_only_what_all_versions_make_alike_is_known() {
    for head in ["", &required("~> 2.0"), &required("latest"), &required("~> 2.41").replace("hashicorp", "fork")] {
        let root = with(head);
        assert!(root.codes().is_empty(), "{head}");
        assert!(soft_delete(&root).starts_with("<by-version"), "{head}: {}", soft_delete(&root));
    }
    let plain = VAULT.replace("soft_delete_enabled = false", "");
    assert_eq!(soft_delete(&root(&[("main.tf", &plain)])), "true");
}

#[test]
fn a_lock_file_says_which_version_it_is() {
    let main = format!("{}{VAULT}", required("~> 2.0"));
    assert_eq!(soft_delete(&root(&[("main.tf", &main), (LOCK, &lock("2.41.0"))])), "false");
    assert_eq!(soft_delete(&root(&[("main.tf", &main), (LOCK, &lock("2.99.0"))])), "true");
    assert_eq!(soft_delete(&root(&[("main.tf", VAULT), (LOCK, &lock("2.41.0"))])), "false");
}

#[test]
fn a_lock_file_that_lies_or_is_broken_is_a_warning_and_constraints_alone_count() {
    let main = format!("{}{VAULT}", required(">= 2.50"));
    for (text, words) in [
        (lock("2.41.0"), "which a constraint does not allow"),
        (lock("newest"), "names no version"),
        ("provider \"registry.terraform.io/hashicorp/azurerm\" {}\n".to_owned(), "names no version"),
        ("provider {{{".to_owned(), "is broken"),
    ] {
        let root = root(&[("main.tf", &main), (LOCK, &text)]);
        assert_eq!(root.codes(), ["lock-file"], "{text}");
        let diagnostic = &root.lowered.diagnostics[0];
        assert!(diagnostic.message.contains(words), "{text}: {}", diagnostic.message);
        assert_eq!(root.sources.path(diagnostic.span.unwrap().file), LOCK);
        assert_eq!(soft_delete(&root), "true", "{text}");
    }
}

#[test]
fn constraints_of_called_modules_count_too() {
    let main = format!(
        r#"module "m" {{
 source = "./m"
}}
{}{VAULT}"#,
        required("~> 2.0")
    );
    let root = root(&[("main.tf", &main), ("m/versions.tf", &required(">= 2.42"))]);
    assert_eq!(soft_delete(&root), "true");
}

#[test]
fn the_provider_refuses_a_version_of_the_key_with_rotation_from_3_70_on() {
    let set = r#"resource "azurerm_disk_encryption_set" "s" {
 name = "s"
 resource_group_name = "g"
 location = "x"
 key_vault_key_id = "https://v.vault.azure.net/keys/k"
}
"#;
    let refuses = |head: &str| {
        root(&[("main.tf", &format!("{head}{set}"))])
            .get("azurerm_disk_encryption_set.s", "cmklint.rotatesOnlyVersionlessKeys")
    };
    assert_eq!(refuses(&required("~> 4.0")), "true");
    assert_eq!(refuses(&required("~> 3.69.0")), "null");
    assert!(refuses("").starts_with("<by-version"));
}
