//! Placeholders and misspelt regions decide nothing, wherever they are written and in whatever language; a person is told of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;

const TOKENS: [&str; 12] = [
    "#{Location}#",
    "#{Location}",
    "__LOCATION__",
    "$(location)",
    "{{ location }}",
    "<location>",
    "<<location>>",
    "${{ parameters.location }}",
    "GEN-UNIQUE",
    "xxxxxxxx",
    "your-region",
    "#_location_#",
];

/// A set in `set`, and a disk in `disk` that names it.
fn bicep(set: &str, disk: &str) -> String {
    format!(
        r#"param diskLocation string = 'westeurope'
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'des'
  location: {set}
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }} }}
}}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {{
  name: 'disk'
  location: {disk}
  properties: {{
    creationData: {{ createOption: 'Empty' }}
    encryption: {{ type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }}
  }}
}}
"#
    )
}

fn terraform(set: &str, disk: &str) -> String {
    format!(
        r#"
variable "location" {{
  default = "westeurope"
}}
resource "azurerm_disk_encryption_set" "des" {{
  name                = "des"
  resource_group_name = "rg"
  location            = {set}
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {{
    type = "SystemAssigned"
  }}
}}
resource "azurerm_managed_disk" "disk" {{
  name                   = "disk"
  resource_group_name    = "rg"
  location               = {disk}
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}}
"#
    )
}

fn parameters(location: &str) -> String {
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
"contentVersion": "1.0.0.0", "parameters": {{ "diskLocation": {{ "value": "{location}" }} }} }}"#
    )
}

fn arm(disk: &str) -> String {
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", "resources": [
{{ "type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-10-02", "name": "des", "location": "westeurope", "properties": {{ "activeKey": {{
"keyUrl": "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef" }} }} }},
{{ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "disk", "location": "{disk}", "properties": {{ "creationData": {{ "createOption": "Empty" }},
"encryption": {{ "diskEncryptionSetId": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" }} }} }} ] }}"#
    )
}

/// Each place in which a location can be written, with `location` in it.
fn everywhere(location: &str) -> Vec<(&'static str, Tree)> {
    let in_bicep = bicep("'westeurope'", "diskLocation");
    let in_terraform = terraform("\"westeurope\"", "var.location");
    let quoted = location.replace("${", "$${");
    vec![
        ("ARM literal", Tree::new(&[("azuredeploy.json", &arm(location))])),
        ("parameter file", Tree::new(&[("main.bicep", &in_bicep), ("main.parameters.json", &parameters(location))])),
        (
            "bicepparam",
            Tree::new(&[
                ("main.bicep", &in_bicep),
                (
                    "main.bicepparam",
                    &format!("using 'main.bicep'\nparam diskLocation = '{}'\n", location.replace("${", "\\${")),
                ),
            ]),
        ),
        (
            "Bicep literal",
            Tree::new(&[("main.bicep", &bicep("'westeurope'", &format!("'{}'", location.replace("${", "\\${"))))]),
        ),
        (
            "Bicep default",
            Tree::new(&[(
                "main.bicep",
                &in_bicep.replacen("'westeurope'", &format!("'{}'", location.replace("${", "\\${")), 1),
            )]),
        ),
        ("Terraform literal", Tree::new(&[("main.tf", &terraform("\"westeurope\"", &format!("\"{quoted}\"")))])),
        (
            "tfvars",
            Tree::new(&[("main.tf", &in_terraform), ("terraform.tfvars", &format!("location = \"{quoted}\"\n"))]),
        ),
        (
            "Terraform default",
            Tree::new(&[("main.tf", &in_terraform.replacen("\"westeurope\"", &format!("\"{quoted}\""), 1))]),
        ),
    ]
}

const RUN: [&str; 4] = ["--only", "CMK020", "--format", "compact"];

#[test]
fn a_region_that_is_a_value_is_compared_in_each_place() {
    for (place, tree) in everywhere("northeurope") {
        let ran = tree.run(&RUN);
        assert!(ran.out.contains("CMK020"), "{place}: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("egion"), "{place}: {}", ran.err);
    }
}

#[test]
fn a_placeholder_for_a_region_decides_nothing_in_any_place() {
    for token in TOKENS.into_iter().chain(["${AZURE_LOCATION}", "${AZURE_LOCATION=northeurope}"]) {
        for (place, tree) in everywhere(token) {
            let ran = tree.run(&RUN);
            assert_eq!(ran.code, 0, "{token} as {place}: {}{}", ran.out, ran.err);
        }
    }
}

#[test]
fn a_file_with_placeholders_has_one_note_that_lists_them() {
    let tree = Tree::new(&[(
        "main.tf",
        &terraform("\"#{SetLocation}#\"", "\"__DISK_LOCATION__\"").replace("\"rg\"", "\"rg-#{Env}#\""),
    )]);
    let ran = tree.run(&["--format", "compact", "--verbose"]);
    assert_eq!(ran.err.matches("note[placeholder]").count(), 1, "{}", ran.err);
    for token in ["#{SetLocation}#", "__DISK_LOCATION__", "#{Env}#"] {
        assert!(ran.err.contains(token), "{token}: {}", ran.err);
    }
    assert!(!tree.run(&["--format", "compact"]).err.contains("placeholder"));
}

#[test]
fn a_misspelt_region_is_reported_with_the_one_that_is_meant_and_decides_nothing() {
    for (place, tree) in everywhere("Nrth Europe") {
        let ran = tree.run(&RUN);
        assert_eq!(ran.code, 0, "{place}: {}{}", ran.out, ran.err);
        let words: String = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("no region of Azure is named 'Nrth Europe': 'North Europe' may be meant"),
            "{place}: {words}"
        );
    }
}

#[test]
fn a_region_that_is_newer_than_the_list_is_unknown_not_wrong() {
    for (place, tree) in everywhere("eastus9") {
        let ran = tree.run(&RUN);
        assert_eq!(ran.code, 0, "{place}: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("region"), "{place}: {}", ran.err);
    }
}

#[test]
fn an_unknown_region_is_equal_to_itself() {
    let tree = Tree::new(&[("main.bicep", &bicep("'East US 9'", "'eastus9'"))]);
    assert_eq!(tree.run(&RUN).code, 0);
}

#[test]
fn a_misspelt_region_in_the_configuration_is_an_error() {
    let config = |location: &str| {
        format!(
            r#"root "main.bicep" {{
  location = "{location}"
}}
"#
        )
    };
    let text = bicep("'westeurope'", "resourceGroup().location");
    let tree = Tree::new(&[("main.bicep", text.as_str()), (".cmklint.hcl", &config("Wst Europe"))]);
    let ran = tree.run(&RUN);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("'West Europe' may be meant"), "{}", ran.err);
    tree.write(".cmklint.hcl", config("eastus9").as_bytes());
    assert_eq!(tree.run(&RUN).code, 0);
    tree.write(".cmklint.hcl", config("northeurope").as_bytes());
    assert_eq!(tree.run(&RUN).code, 2);
}

/// A vault with a key of this type, a set that names a key by this URL, and a disk that names a set of this subscription, in Bicep.
fn chain_in_bicep(declared: &str, key_type: &str, url: &str, subscription: &str) -> String {
    format!(
        r#"{declared}
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
  name: 'kv-x1'
  location: 'westeurope'
  properties: {{ tenantId: tenant().tenantId, sku: {{ name: 'premium', family: 'A' }}, enablePurgeProtection: true, accessPolicies: [] }}
}}
resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {{
  parent: kv
  name: 'k'
  properties: {{ kty: {key_type}, keySize: 2048 }}
}}
resource byKey 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'by-key'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: key.properties.keyUriWithVersion }} }}
}}
resource byUrl 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {{
  name: 'by-url'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: {url} }} }}
}}
module disks 'disk.bicep' = {{
  name: 'disks'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg')
  params: {{ set: '/subscriptions/${{{subscription}}}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des' }}
}}
"#
    )
}

const DISK: &str = r"param set string
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: 'westeurope'
  properties: { creationData: { createOption: 'Empty' }, encryption: { diskEncryptionSetId: set } }
}
";

/// The same in Terraform.
fn chain_in_terraform(declared: &str, key_type: &str, url: &str, subscription: &str) -> String {
    format!(
        r#"
provider "azurerm" {{
  features {{}}
  subscription_id = "11111111-1111-1111-1111-111111111111"
}}
{declared}
resource "azurerm_key_vault" "kv" {{
  name                     = "kv-x1"
  resource_group_name      = "rg"
  location                 = "westeurope"
  sku_name                 = "premium"
  purge_protection_enabled = true
}}
resource "azurerm_key_vault_key" "key" {{
  name         = "k"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = {key_type}
  key_size     = 2048
}}
resource "azurerm_disk_encryption_set" "by_key" {{
  name                = "by-key"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.key.id
  identity {{
    type = "SystemAssigned"
  }}
}}
resource "azurerm_disk_encryption_set" "by_url" {{
  name                = "by-url"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = {url}
  identity {{
    type = "SystemAssigned"
  }}
}}
resource "azurerm_managed_disk" "disk" {{
  name                   = "disk"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = "/subscriptions/${{{subscription}}}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des"
}}
"#
    )
}

/// Each place in which the type of a key, a key's URL and a subscription can be written, with `text` for each.
fn chains(key_type: &str, url: &str, subscription: &str) -> Vec<(&'static str, Tree)> {
    let texts = [("keyType", key_type), ("url", url), ("subscription", subscription)];
    let bicep_text = |text: &str| format!("'{}'", text.replace("${", "\\${"));
    let each = |write: &dyn Fn(&str, &str) -> String| -> String {
        texts.iter().map(|(name, text)| write(name, text)).collect()
    };
    let open = each(&|name, _| format!("param {name} string\n"));
    let defaults = each(&|name, text| format!("param {name} string = {}\n", bicep_text(text)));
    let given = format!("using 'main.bicep'\n{}", each(&|name, text| format!("param {name} = {}\n", bicep_text(text))));
    let variables = each(&|name, _| format!("variable \"{name}\" {{\n  type = string\n}}\n"));
    let tfvars = each(&|name, text| format!("{name} = \"{}\"\n", text.replace("${", "$${")));
    let [literal_type, literal_url, literal_subscription] = [key_type, url, subscription].map(bicep_text);
    let written = chain_in_bicep("", &literal_type, &literal_url, &literal_subscription);
    let by_parameters = |declared: &str| chain_in_bicep(declared, "keyType", "url", "subscription");
    let by_variables = chain_in_terraform(&variables, "var.keyType", "var.url", "var.subscription");
    vec![
        ("Bicep literals", Tree::new(&[("main.bicep", &*written), ("disk.bicep", DISK)])),
        ("Bicep defaults", Tree::new(&[("main.bicep", &*by_parameters(&defaults)), ("disk.bicep", DISK)])),
        (
            "bicepparam",
            Tree::new(&[("main.bicep", &*by_parameters(&open)), ("disk.bicep", DISK), ("main.bicepparam", &given)]),
        ),
        ("tfvars", Tree::new(&[("main.tf", &*by_variables), ("terraform.tfvars", &tfvars)])),
    ]
}

#[test]
fn what_can_be_no_key_type_url_or_subscription_decides_nothing() {
    let run = ["--only", "CMK001", "--only", "CMK004", "--only", "CMK021", "--format", "compact"];
    let other = "22222222-2222-2222-2222-222222222222";
    for (place, tree) in chains("EC", "https://kv-x1.vault.azure.net/secrets/k", other) {
        let ran = tree.run(&run);
        for rule in ["CMK001", "CMK004", "CMK021"] {
            assert!(ran.out.contains(rule), "{rule} as {place}: {}{}", ran.out, ran.err);
        }
    }
    let words = ["key-type", "<key-type>", "sub-1", "TODO", "none", "?", "%X%", "@@x@@", "[x]", "REGION", "${X=EC}"];
    let with_slashes = ["N/A", "n/a", "N/A/", "n.a./none", "TBD/TODO", "and/or", "yes / no"];
    let as_urls = ["https://TBD", "https://<key-url>", "https://#{KeyUrl}#", "https://xxxx.vault.azure.net"];
    for text in TOKENS.into_iter().chain(words).chain(with_slashes).chain(as_urls) {
        for (place, tree) in chains(text, text, text) {
            let ran = tree.run(&run);
            assert_eq!(ran.code, 0, "{text} as {place}: {}{}", ran.out, ran.err);
        }
    }
}
