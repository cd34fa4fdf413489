//! Variables, locals, repetition, references and what becomes of them in the graph.

mod common;

use cmklint_graph::{DeploymentId, Presence, StepKind};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{Options, Root};
use common::{clean, root, root_with};

const DISK: &str = r#"name = "d"
resource_group_name = "rg"
location = "westeurope"
"#;

fn disk(more: &str) -> String {
    format!(
        r#"resource "azurerm_managed_disk" "d" {{
{DISK}{more}
}}
"#
    )
}

#[test]
fn all_files_of_a_folder_are_one_module_and_overrides_win() {
    let root = root(&[
        (
            "a.tf",
            &disk(
                r#"storage_account_type = local.sku
create_option = "Empty""#,
            ),
        ),
        (
            "b.tf.json",
            r#"{"locals": {"sku": "${upper(\"a\")}"}, "resource": {"azurerm_resource_group": {"g": {"name": "g", "location": "x"}}}}"#,
        ),
        (
            "c_override.tf",
            r#"resource "azurerm_managed_disk" "d" {
 create_option = "Copy"
}"#,
        ),
        ("ignored.tf.bak", "nonsense {"),
    ]);
    assert!(root.lowered.diagnostics.is_empty(), "{:?}", root.lowered.diagnostics);
    assert_eq!(root.get("azurerm_managed_disk.d", "sku.name"), "\"A\"");
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.creationData.createOption"), "\"Copy\"");
    assert_eq!(root.addresses(), ["azurerm_managed_disk.d", "azurerm_resource_group.g"]);
}

#[test]
fn json_blocks_read_as_hcl_blocks() {
    let text = r#"{"resource": {"azurerm_linux_virtual_machine": {"v": [{"name": "v", "resource_group_name": "g",
        "location": "we", "os_disk": {"disk_encryption_set_id": "${var.des}", "caching": "None"}}]}},
        "variable": {"des": {"type": "string", "default": "x"}}}"#;
    let root = root(&[("main.tf.json", text)]);
    let path = "properties.storageProfile.osDisk.managedDisk.diskEncryptionSet.id";
    assert_eq!(root.get("azurerm_linux_virtual_machine.v", path), "\"x\"");
    let trail = root.trail("azurerm_linux_virtual_machine.v", path);
    assert_eq!(trail.first().unwrap().1, "\"x\"");
    assert_eq!(trail.last().unwrap(), &(StepKind::Attribute, "\"${var.des}\"".to_owned()));
}

#[test]
fn a_value_keeps_the_places_it_came_through() {
    let text = r#"variable "where" {
 default = "westeurope"
}
locals {
 region = var.where
}
resource "azurerm_resource_group" "g" {
 name = "g"
 location = local.region
}
resource "azurerm_disk_encryption_set" "s" {
 name = "s"
 resource_group_name = azurerm_resource_group.g.name
 location = azurerm_resource_group.g.location
}
"#;
    let root = clean(text);
    let trail = root.trail("azurerm_disk_encryption_set.s", "location");
    let expected = [
        (StepKind::Literal, "\"westeurope\""),
        (StepKind::Default, "\"westeurope\""),
        (StepKind::Variable, "var.where"),
        (StepKind::Attribute, "local.region"),
        (StepKind::Reference, "local.region"),
        (StepKind::Attribute, "azurerm_resource_group.g.location"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(k, t)| (k, t.to_owned())).collect();
    assert_eq!(trail, expected);
}

#[test]
fn variable_files_win_over_defaults_and_the_command_line_over_both() {
    let text = format!(
        r#"variable "size" {{
 type = number
 default = 1
}}
{}"#,
        disk("disk_size_gb = var.size")
    );
    let files =
        [("main.tf", text.as_str()), ("terraform.tfvars", "size = \"2\"\n"), ("x.tfvars.json", "{\"size\": 3}")];
    let size = |options: &Options, tfvars: &[&str]| {
        root_with(&files, options, tfvars).get("azurerm_managed_disk.d", "properties.diskSizeGB")
    };
    let plain = Options::default();
    assert_eq!(size(&plain, &[]), "1");
    assert_eq!(size(&plain, &["terraform.tfvars"]), "2");
    assert_eq!(size(&plain, &["terraform.tfvars", "x.tfvars.json"]), "3");
    let given = Options { variables: vec![("size".into(), "4".into())], ..Options::default() };
    assert_eq!(size(&given, &["terraform.tfvars"]), "4");
}

#[test]
fn optional_attributes_of_object_types_take_their_defaults() {
    let text = format!(
        r#"variable "disks" {{
 type = map(object({{ size = optional(number, 32), sku = optional(string), on = bool }}))
 default = {{ a = {{ on = "true", size = "64" }}, b = {{ on = false }} }}
}}
{}"#,
        r#"resource "azurerm_managed_disk" "d" {
 for_each = var.disks
 name = each.key
 resource_group_name = "g"
 location = "x"
 disk_size_gb = each.value.size
 storage_account_type = each.value.sku
}
"#
    );
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.d[\"a\"]", "properties.diskSizeGB"), "64");
    assert_eq!(root.get("azurerm_managed_disk.d[\"b\"]", "properties.diskSizeGB"), "32");
    assert_eq!(root.get("azurerm_managed_disk.d[\"b\"]", "sku.name"), "null");
}

#[test]
fn allowed_values_of_a_validation_are_the_symbols() {
    let text = format!(
        r#"variable "sku" {{
 validation {{
 condition = contains(["A", "B"], var.sku)
 error_message = "no"
 }}
}}
{}"#,
        disk(
            r#"storage_account_type = var.sku
os_type = var.sku == "C" ? "Linux" : "Windows""#
        )
    );
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.osType"), "\"Windows\"");
}

#[test]
fn a_condition_in_count_is_the_conditions_atom() {
    let text = r#"variable "on" { type = bool }
resource "azurerm_disk_encryption_set" "s" {
 count = var.on ? 1 : 0
 name = "s"
 resource_group_name = "g"
 location = "x"
}
resource "azurerm_managed_disk" "a" {
 name = "a"
 resource_group_name = "g"
 location = "x"
 disk_encryption_set_id = var.on ? azurerm_disk_encryption_set.s[0].id : null
}
resource "azurerm_managed_disk" "b" {
 name = "b"
 resource_group_name = "g"
 location = "x"
 disk_encryption_set_id = one(azurerm_disk_encryption_set.s[*].id)
}
resource "azurerm_managed_disk" "c" {
 name = "c"
 resource_group_name = "g"
 location = "x"
 disk_encryption_set_id = try(azurerm_disk_encryption_set.s[0].id, null)
}
resource "azurerm_managed_disk" "d" {
 name = "d"
 resource_group_name = "g"
 location = "x"
 disk_encryption_set_id = azurerm_disk_encryption_set.s[0].id
}
"#;
    let root = clean(text);
    assert_eq!(root.condition("azurerm_disk_encryption_set.s[0]"), "(d0:var.on==true ? true : false)");
    let path = "properties.encryption.diskEncryptionSetId";
    let either = "(d0:var.on==true ? azurerm_disk_encryption_set.s[0].id : null)";
    assert_eq!(root.get("azurerm_managed_disk.a", path), either);
    assert_eq!(root.get("azurerm_managed_disk.b", path), either);
    assert_eq!(root.get("azurerm_managed_disk.d", path), "azurerm_disk_encryption_set.s[0].id");
    // With or without a fallback that this makes explicit, the set is what the disk names where it is there.
    assert!(root.get("azurerm_managed_disk.c", path).contains("azurerm_disk_encryption_set.s[0].id"));
}

#[test]
fn an_unknown_collection_is_one_instance_that_others_of_the_same_collection_reach() {
    let text = r#"variable "sets" { type = map(object({ region = string })) }
resource "azurerm_disk_encryption_set" "s" {
 for_each = var.sets
 name = "des-${each.key}"
 resource_group_name = "g"
 location = each.value.region
}
resource "azurerm_managed_disk" "d" {
 for_each = var.sets
 name = "d-${each.key}"
 resource_group_name = "g"
 location = each.value.region
 disk_encryption_set_id = azurerm_disk_encryption_set.s[each.key].id
}
"#;
    let root = clean(text);
    assert_eq!(root.addresses(), ["azurerm_disk_encryption_set.s[*]", "azurerm_managed_disk.d[*]"]);
    let set = root.resource("azurerm_disk_encryption_set.s[*]");
    let disk = root.resource("azurerm_managed_disk.d[*]");
    assert_eq!(root.text(&set.location), root.text(&disk.location));
    assert_eq!(root.text(&set.condition), root.text(&disk.condition));
    assert_eq!(
        root.get("azurerm_managed_disk.d[*]", "properties.encryption.diskEncryptionSetId"),
        "azurerm_disk_encryption_set.s[*].id"
    );
}

#[test]
fn a_collection_under_a_condition_makes_conditional_instances() {
    let text = r#"variable "big" { type = bool }
resource "azurerm_managed_disk" "d" {
 for_each = var.big ? { a = 1, b = 2 } : { a = 3 }
 name = each.key
 resource_group_name = "g"
 location = "x"
 disk_size_gb = each.value
}
"#;
    let root = clean(text);
    assert_eq!(root.condition("azurerm_managed_disk.d[\"a\"]"), "true");
    assert_eq!(root.get("azurerm_managed_disk.d[\"a\"]", "properties.diskSizeGB"), "(d0:var.big==true ? 1 : 3)");
    assert_eq!(root.condition("azurerm_managed_disk.d[\"b\"]"), "(d0:var.big==true ? true : false)");
}

#[test]
fn members_whose_names_are_not_known_are_instances_of_their_own() {
    let text = r#"variable "n" {}
resource "azurerm_managed_disk" "d" {
 for_each = toset([var.n, "b"])
 name = each.value
 resource_group_name = "g"
 location = "x"
}
"#;
    let root = clean(text);
    assert_eq!(root.addresses().len(), 2);
    assert_eq!(root.text(root.lowered.deployment.resources[0].names.last().unwrap()), "<d0:var.n>");
}

#[test]
fn instances_beyond_the_bound_are_counted() {
    let text = r#"resource "azurerm_managed_disk" "d" {
 count = 1000
 name = "d${count.index}"
 resource_group_name = "g"
 location = "x"
}
"#;
    let all = root(&[("main.tf", text)]);
    assert_eq!(all.codes(), Vec::<&str>::new());
    assert_eq!(all.lowered.deployment.resources.len(), 1000, "each by itself");
    let options = cmklint_terraform::Options::default();
    let limits = cmklint_terraform::Limits { instances: 256, ..options.limits };
    let root = root_with(&[("main.tf", text)], &cmklint_terraform::Options { limits, ..options }, &[]);
    assert_eq!(root.codes(), ["many-instances"]);
    assert_eq!(root.lowered.deployment.resources.len(), 256);
    let total: u64 = root.lowered.deployment.resources.iter().map(|r| 1 + r.further).sum();
    assert_eq!(total, 1000);
}

#[test]
fn dynamic_blocks_of_known_unknown_and_conditional_collections() {
    let text = |collection: &str| {
        format!(
            r#"variable "on" {{ type = bool }}
variable "many" {{ type = map(string) }}
resource "azurerm_shared_image_version" "v" {{
 name = "1.0.0"
 gallery_name = "g"
 image_name = "i"
 resource_group_name = "g"
 location = "x"
 dynamic "target_region" {{
 for_each = {collection}
 iterator = it
 content {{
 name = it.key
 disk_encryption_set_id = it.value
 }}
 }}
}}
"#
        )
    };
    let regions = |collection: &str| {
        let root = clean(&text(collection));
        root.get("azurerm_shared_image_version.v", "properties.publishingProfile.targetRegions")
    };
    let one = r#"[{"encryption":{"osDiskImage":{"diskEncryptionSetId":"s",},},"name":"a",}]"#;
    assert_eq!(regions("{ a = \"s\" }"), one);
    assert_eq!(regions("var.on ? { a = \"s\" } : {}"), format!("(d0:var.on==true ? {one} : [])"));
    let unknown = regions("var.many");
    assert!(unknown.ends_with(", ..] : [])") || unknown.contains(",..] : [])"), "{unknown}");
}

#[test]
fn aliases_without_subscriptions_are_different_symbols_and_the_callers_is_the_providers() {
    let text = r#"provider "azurerm" {
 features {}
}
provider "azurerm" {
 alias = "b"
 features {}
}
provider "azurerm" {
 alias = "c"
 subscription_id = "S"
 features {}
}
data "azurerm_client_config" "me" {}
data "azurerm_subscription" "s" {
 provider = azurerm.b
}
resource "azurerm_resource_group" "a" {
 name = data.azurerm_client_config.me.subscription_id
 location = "x"
}
resource "azurerm_resource_group" "b" {
 provider = azurerm.b
 name = data.azurerm_subscription.s.id
 location = "x"
}
resource "azurerm_resource_group" "c" {
 provider = azurerm.c
 name = "c"
 location = "x"
}
"#;
    let root = clean(text);
    let of = |address: &str| {
        let resource = root.resource(address);
        (root.text(&resource.scope.subscription), root.text(&resource.names[0]))
    };
    let (a, name_a) = of("azurerm_resource_group.a");
    let (b, name_b) = of("azurerm_resource_group.b");
    assert_ne!(a, b);
    assert_eq!(name_a, a);
    assert_eq!(name_b, format!("`\"/subscriptions/\"+{b}+`"));
    assert_eq!(of("azurerm_resource_group.c").0, "\"S\"");
}

#[test]
fn a_data_source_is_an_existing_resource_of_which_the_rest_is_unknown() {
    let text = r#"data "azurerm_key_vault" "v" {
 name = "kv"
 resource_group_name = "g"
}
data "azurerm_key_vault_key" "k" {
 name = "key"
 key_vault_id = data.azurerm_key_vault.v.id
}
resource "azurerm_disk_encryption_set" "s" {
 name = "s"
 resource_group_name = data.azurerm_key_vault.v.resource_group_name
 location = data.azurerm_key_vault.v.location
 key_vault_key_id = data.azurerm_key_vault_key.k.versionless_id
}
"#;
    let root = clean(text);
    let vault = root.resource("data.azurerm_key_vault.v");
    assert_eq!(vault.presence, Presence::Existing);
    assert!(root.get("data.azurerm_key_vault.v", "properties.sku.name").starts_with('<'));
    assert_eq!(root.get("azurerm_disk_encryption_set.s", "location"), "data.azurerm_key_vault.v.location");
    assert_eq!(
        root.get("azurerm_disk_encryption_set.s", "properties.activeKey.keyUrl"),
        "data.azurerm_key_vault_key.k.properties.keyUri"
    );
    let key = root.resource("data.azurerm_key_vault_key.k");
    assert_eq!(key.names.iter().map(|n| root.text(n)).collect::<Vec<_>>(), ["\"kv\"", "\"key\""]);
}

#[test]
fn another_providers_resources_are_no_nodes_yet_what_they_state_is_known() {
    let text = format!(
        r#"resource "random_id" "r" {{
 byte_length = 4
}}
{}"#,
        disk(
            r"disk_size_gb = random_id.r.byte_length
os_type = random_id.r.hex
hyper_v_generation = random_id.r.hex"
        )
    );
    let root = clean(&text);
    assert_eq!(root.addresses(), ["azurerm_managed_disk.d"]);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.diskSizeGB"), "4");
    let hex = root.get("azurerm_managed_disk.d", "properties.osType");
    assert_eq!(hex, "<attribute:hex(<d0:random_id.r>)>");
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.hyperVGeneration"), hex);
}

#[test]
fn the_same_files_give_the_same_graph() {
    let text = r#"variable "m" {}
resource "azurerm_managed_disk" "d" {
 for_each = { b = 1, a = 2, c = var.m }
 name = each.key
 resource_group_name = "g"
 location = "x"
}
"#;
    let print = || {
        let sources = Sources::new(MemoryLoader::new([("main.tf", text)]));
        format!("{:?}", Root::new("", &sources, &Options::default()).lower(DeploymentId(7)).deployment)
    };
    assert_eq!(print(), print());
}

#[test]
fn what_a_provider_adds_to_a_block_is_unknown_and_no_failure() {
    let text = r#"resource "azurerm_kubernetes_cluster" "k" {
 name = "k"
 tags = { a = 1 }
 identity {
 type = "SystemAssigned"
 }
}
"#
    .to_owned()
        + &disk(
            r#"os_type = try(azurerm_kubernetes_cluster.k.identity[0].type, null)
storage_account_type = azurerm_kubernetes_cluster.k.identity[0].principal_id
hyper_v_generation = try(azurerm_kubernetes_cluster.k.tags.b, "none")"#,
        );
    let root = clean(&text);
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.osType"), "\"SystemAssigned\"");
    assert_eq!(
        root.get("azurerm_managed_disk.d", "sku.name"),
        "<attribute:principal_id(<d0:azurerm_kubernetes_cluster.k.identity[0]>)>"
    );
    assert_eq!(root.get("azurerm_managed_disk.d", "properties.hyperVGeneration"), "\"none\"");
}
