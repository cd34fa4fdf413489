//! Writes a plan as `terraform show -json` does, to measure with: disks of modules with a key of their own each, and as many resources again
//! that no rule looks at.
//!
//! `cargo run --release -p cmklint-terraform --example write_plan -- DISKS > plan.json`
#![allow(clippy::print_stdout)] // it is what an example is for

use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";

fn main() -> Result<(), serde_json::Error> {
    let disks: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let set = format!("{SUBSCRIPTION}/Microsoft.Compute/diskEncryptionSets/des");
    let mut resources = Vec::new();
    let mut changes = Vec::new();
    let mut put = |kind: &str, index: usize, values: Value| {
        let module = "module.workload";
        let base = json!({
            "address": format!("{module}.{kind}.r[{index}]"), "mode": "managed", "type": kind, "name": "r", "index": index,
            "provider_name": "registry.terraform.io/hashicorp/azurerm", "schema_version": 0
        });
        let mut planned = base.clone();
        planned["values"] = values.clone();
        planned["sensitive_values"] = json!({});
        resources.push(planned);
        let mut change = base;
        change["module_address"] = json!(module);
        change["change"] = json!({"actions": ["no-op"], "before": values, "after": values, "after_unknown": {},
                                  "before_sensitive": {}, "after_sensitive": {}});
        changes.push(change);
    };
    put(
        "azurerm_disk_encryption_set",
        0,
        json!({
            "id": set, "name": "des", "location": "westeurope", "resource_group_name": "rg",
            "key_vault_key_id": "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef", "identity": [{"type": "SystemAssigned"}]
        }),
    );
    for i in 0..disks {
        put(
            "azurerm_managed_disk",
            i,
            json!({
                "id": format!("{SUBSCRIPTION}/Microsoft.Compute/disks/d{i}"), "name": format!("d{i}"), "location": "westeurope",
                "resource_group_name": "rg", "create_option": "Empty", "storage_account_type": "Premium_LRS", "disk_size_gb": 128,
                "disk_encryption_set_id": set, "encryption_settings": [], "tags": {"owner": "someone", "cost": format!("center-{i}")}
            }),
        );
        put(
            "azurerm_network_interface",
            i,
            json!({
                "id": format!("{SUBSCRIPTION}/Microsoft.Network/networkInterfaces/n{i}"), "name": format!("n{i}"), "location": "westeurope",
                "resource_group_name": "rg", "dns_servers": [], "ip_configuration": [{"name": "internal", "private_ip_address": "10.0.0.4",
                "subnet_id": format!("{SUBSCRIPTION}/Microsoft.Network/virtualNetworks/v/subnets/s")}], "tags": {"owner": "someone"}
            }),
        );
    }
    let values = json!({"root_module": {"child_modules": [{"address": "module.workload", "resources": resources}]}});
    let expressions = |kind: &str| {
        json!({
            "address": format!("{kind}.r"), "mode": "managed", "type": kind, "name": "r", "provider_config_key": "azurerm",
            "expressions": {"name": {"references": ["count.index"]}}, "schema_version": 0, "count_expression": {"references": ["var.n"]}
        })
    };
    let kinds = ["azurerm_disk_encryption_set", "azurerm_managed_disk", "azurerm_network_interface"];
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": values, "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "terraform_version": "1.11.4", "values": values},
        "configuration": {"root_module": {"module_calls": {"workload": {"source": "./workload", "module": {
            "variables": {"n": {}}, "resources": kinds.map(expressions)}}}}}
    });
    println!("{}", serde_json::to_string(&plan)?);
    Ok(())
}
