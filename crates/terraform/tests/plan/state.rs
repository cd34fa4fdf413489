//! States: shown, and as Terraform keeps them.

use cmklint_graph::DeploymentId;
use cmklint_terraform::Options;
use cmklint_terraform::plan::{Document, DocumentKind};
use serde_json::{Value as Json, json};

use crate::support::{SUBSCRIPTION, get, resource, tree};

fn disk() -> Json {
    json!({
        "id": format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/disks/d"), "name": "d",
        "location": "westeurope", "resource_group_name": "rg", "create_option": "Empty",
        "disk_encryption_set_id": format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/x"),
        "encryption_settings": []
    })
}

#[test]
fn a_shown_state_and_a_state_file_give_the_same_resources() {
    let shown = json!({
        "format_version": "1.0", "terraform_version": "1.11.4",
        "values": {"root_module": {"child_modules": [{"address": "module.m[0]", "resources": [{
            "address": "module.m[0].azurerm_managed_disk.d[\"k\"]", "mode": "managed", "type": "azurerm_managed_disk",
            "name": "d", "index": "k", "provider_name": "registry.terraform.io/hashicorp/azurerm", "schema_version": 0,
            "values": disk(), "sensitive_values": {"encryption_settings": []}
        }]}]}}
    });
    let kept = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "a", "outputs": {},
        "resources": [{
            "module": "module.m[0]", "mode": "managed", "type": "azurerm_managed_disk", "name": "d",
            "provider": "provider[\"registry.terraform.io/hashicorp/azurerm\"]",
            "instances": [
                {"index_key": "k", "schema_version": 0, "attributes": disk(), "sensitive_attributes": []},
                {"index_key": "k", "deposed": "abcd1234", "schema_version": 0, "attributes": disk()}
            ]
        }],
        "check_results": null
    });
    for (document, kind) in [(shown, DocumentKind::State), (kept, DocumentKind::StateFile)] {
        let tree = tree(&document.to_string(), &[]);
        let read = Document::read(&tree.file).unwrap();
        assert_eq!(read.kind(), kind);
        let state = read.state(&tree.sources, &Options::default(), DeploymentId(0));
        assert_eq!(tree.messages(&state.diagnostics), []);
        assert_eq!(state.deployment.resources.len(), 1);
        let address = "module.m[0].azurerm_managed_disk.d[\"k\"]";
        let found = resource(&state.deployment, address);
        assert_eq!(found.scope.subscription.as_str(), Some("00000000-0000-0000-0000-000000000001"));
        let set = get(&state.deployment, address, "properties.encryption.diskEncryptionSetId");
        assert_eq!(set, format!("{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/x"));
    }
}

#[test]
fn a_sensitive_attribute_of_a_state_file_is_not_looked_at() {
    let kept = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "a",
        "resources": [{"mode": "managed", "type": "azurerm_managed_disk", "name": "d", "instances": [{
            "attributes": disk(), "sensitive_attributes": [[{"type": "get_attr", "value": "create_option"}]]
        }]}]
    });
    let tree = tree(&kept.to_string(), &[]);
    let state = Document::read(&tree.file).unwrap().state(&tree.sources, &Options::default(), DeploymentId(0));
    let option = get(&state.deployment, "azurerm_managed_disk.d", "properties.creationData.createOption");
    assert_eq!(option, "<create_option of azurerm_managed_disk.d (sensitive)>");
}
