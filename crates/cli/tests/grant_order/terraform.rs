use super::{Files, check};

const VAULT: &str = r#"
data "azurerm_client_config" "me" {}
resource "azurerm_key_vault" "kv" {
  name                       = "kv-disks"
  resource_group_name        = "rg"
  location                   = "westeurope"
  tenant_id                  = data.azurerm_client_config.me.tenant_id
  sku_name                   = "premium"
  purge_protection_enabled   = true
  rbac_authorization_enabled = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}
"#;

const SET: &str = r#"
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
"#;

const ROLE: &str = r#"
resource "azurerm_role_assignment" "des" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;

const SET_ID: &str = "azurerm_disk_encryption_set.des.id";

/// A disk that names the set `set`, with `more` in its block.
fn disk(set: &str, more: &str) -> String {
    format!(
        r#"
resource "azurerm_managed_disk" "d" {{
  name                   = "d"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = {set}
  {more}
}}
"#
    )
}

fn all() -> String {
    [VAULT, SET, ROLE].concat()
}

/// A root with vault, key, set and grant, a disk with `more` in its block, and `rest`.
fn with_disk(more: &str, rest: &str) -> Files<'static> {
    vec![("main.tf", all() + &disk(SET_ID, more) + rest)]
}

/// The same, with a disk in a module that takes the set's id as `des`; `call` is in the block of the call.
fn with_module(call: &str) -> Files<'static> {
    let call = format!(
        r#"module "disk" {{
  source = "./disk"
  {call}
}}
"#
    );
    let module = r#"variable "des" {}
variable "unused" {
  default = null
}
"#
    .to_owned();
    vec![("main.tf", all() + &call), ("disk/main.tf", module + &disk("var.des", ""))]
}

/// A root with `root`, and a module `enc` of vault, key, set and grant.
fn with_encryption(root: String) -> Files<'static> {
    let outputs = r#"
output "id" {
  value = azurerm_disk_encryption_set.des.id
}
output "grant" {
  value = azurerm_role_assignment.des.id
}
"#;
    let call = r#"module "enc" {
  source = "./enc"
}
"#
    .to_owned();
    vec![("main.tf", call + &root), ("enc/main.tf", all() + outputs)]
}

/// A root whose grant is made by a module, and a disk with `more` in its block.
fn with_access(more: &str) -> Files<'static> {
    let module = r#"
variable "scope" {}
variable "principal" {}
resource "azurerm_role_assignment" "r" {
  scope                = var.scope
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = var.principal
}
output "id" {
  value = azurerm_role_assignment.r.id
}
"#;
    let call = r#"
module "access" {
  source    = "./access"
  scope     = azurerm_key_vault.kv.id
  principal = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;
    vec![("main.tf", [VAULT, SET, call].concat() + &disk(SET_ID, more)), ("access/main.tf", module.to_owned())]
}

#[test]
fn what_reads_or_names_the_grant_waits_for_it() {
    let sleep = r#"
resource "time_sleep" "w" {
  create_duration = "120s"
  depends_on      = [azurerm_role_assignment.des]
}
"#;
    let triggers = r#"
resource "time_sleep" "w" {
  create_duration = "120s"
  triggers        = { set = azurerm_disk_encryption_set.des.id, grant = azurerm_role_assignment.des.id }
}
"#;
    let data = r#"
data "azurerm_disk_encryption_set" "d" {
  name                = azurerm_disk_encryption_set.des.name
  resource_group_name = "rg"
  depends_on          = [azurerm_role_assignment.des]
}
"#;
    let local = r#"
locals {
  set = azurerm_role_assignment.des.id == "" ? null : azurerm_disk_encryption_set.des.id
}
"#;
    let replaced = r#"resource "terraform_data" "w" {
  input = azurerm_role_assignment.des.id
}
"#;
    let precondition = r#"lifecycle {
    precondition {
      condition     = azurerm_role_assignment.des.id != ""
      error_message = "no grant"
    }
  }"#;
    let file = |text: String| vec![("main.tf", text)];
    check(vec![
        ("depends_on", 0, with_disk("depends_on = [azurerm_role_assignment.des]", "")),
        ("an attribute", 0, with_disk("tags = { grant = azurerm_role_assignment.des.id }", "")),
        ("count", 0, with_disk("count = azurerm_role_assignment.des.id != \"\" ? 1 : 0", "")),
        ("a precondition", 0, with_disk(precondition, "")),
        ("a local", 0, file(all() + local + &disk("local.set", ""))),
        ("time_sleep", 0, with_disk("depends_on = [time_sleep.w]", sleep)),
        ("the triggers of time_sleep", 0, file(all() + triggers + &disk("time_sleep.w.triggers[\"set\"]", ""))),
        (
            "replace_triggered_by",
            0,
            with_disk("lifecycle {\n    replace_triggered_by = [terraform_data.w]\n  }", replaced),
        ),
        ("a data source", 0, file(all() + data + &disk("data.azurerm_disk_encryption_set.d.id", ""))),
    ]);
}

#[test]
fn modules_pass_waiting_on_where_terraform_does() {
    let set = "des = azurerm_disk_encryption_set.des.id";
    let depends = format!("{set}\n  depends_on = [azurerm_role_assignment.des]");
    let unused = format!("{set}\n  unused = azurerm_role_assignment.des.id");
    check(vec![
        ("depends_on of the call", 0, with_module(&depends)),
        (
            "an argument that reads both",
            0,
            with_module("des = azurerm_role_assignment.des.id == \"\" ? null : azurerm_disk_encryption_set.des.id"),
        ),
        ("the call alone", 1, with_module(set)),
        ("an argument that nothing reads", 1, with_module(&unused)),
        ("depends_on of a module with the grant", 0, with_access("depends_on = [module.access]")),
        ("the output of a module with the grant", 0, with_access("tags = { grant = module.access.id }")),
        ("nothing of a module with the grant", 1, with_access("")),
        ("the output of the set alone", 1, with_encryption(disk("module.enc.id", ""))),
        ("depends_on of the module", 0, with_encryption(disk("module.enc.id", "depends_on = [module.enc]"))),
        ("the output of the grant too", 0, with_encryption(disk("module.enc.id", "tags = { g = module.enc.grant }"))),
    ]);
}

#[test]
fn what_names_something_else_does_not_wait() {
    let policies = all().replace("  rbac_authorization_enabled = true\n", "").replace(ROLE, "")
        + r#"
resource "azurerm_key_vault_access_policy" "des" {
  key_vault_id    = azurerm_key_vault.kv.id
  tenant_id       = data.azurerm_client_config.me.tenant_id
  object_id       = azurerm_disk_encryption_set.des.identity[0].principal_id
  key_permissions = ["Get", "WrapKey", "UnwrapKey"]
}
resource "azurerm_key_vault_access_policy" "me" {
  key_vault_id    = azurerm_key_vault.kv.id
  tenant_id       = data.azurerm_client_config.me.tenant_id
  object_id       = data.azurerm_client_config.me.object_id
  key_permissions = ["Get", "Create", "List"]
}
"#;
    let waits = |for_what: &str| {
        vec![(
            "main.tf",
            policies.clone() + &disk(SET_ID, &format!("depends_on = [azurerm_key_vault_access_policy.{for_what}]")),
        )]
    };
    let unrelated = r#"resource "null_resource" "w" {
  triggers = { vault = azurerm_key_vault.kv.id }
}
"#;
    let each = ROLE
        .replace(
            "\"des\" {",
            "\"des\" {\n  for_each = toset([\"Key Vault Crypto Service Encryption User\", \"Key Vault Reader\"])",
        )
        .replace("\"Key Vault Crypto Service Encryption User\"\n  principal", "each.value\n  principal");
    let with_each = |more: &str| vec![("main.tf", [VAULT, SET, &each].concat() + &disk(SET_ID, more))];
    check(vec![
        ("nothing", 1, with_disk("", "")),
        ("the vault", 1, with_disk("depends_on = [azurerm_key_vault.kv]", "")),
        ("the key", 1, with_disk("depends_on = [azurerm_key_vault_key.k]", "")),
        ("the set", 1, with_disk("depends_on = [azurerm_disk_encryption_set.des]", "")),
        ("a resource that waits for the vault", 1, with_disk("depends_on = [null_resource.w]", unrelated)),
        (
            "a module of the registry that is given nothing",
            1,
            with_disk(
                "depends_on = [module.w]",
                r#"module "w" {
  source = "company/wait/azurerm"
}
"#,
            ),
        ),
        ("the policy of who deploys", 1, waits("me")),
        ("the set's policy", 0, waits("des")),
        ("two disks of one block", 1, with_disk("for_each = toset([\"a\", \"b\"])", "")),
        ("two grants of one block", 1, with_each("")),
        ("depends_on of two grants", 0, with_each("depends_on = [azurerm_role_assignment.des]")),
    ]);
}

#[test]
fn a_grant_that_the_set_waits_for_is_none_of_its_own() {
    let admin = r#"
variable "admin" {}
resource "azurerm_role_assignment" "admin" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Administrator"
  principal_id         = var.admin
}
"#;
    let waiting = VAULT.replace("key_opts     =", "depends_on   = [azurerm_role_assignment.admin]\n  key_opts     =");
    let root = |vault: &str, more: &str| vec![("main.tf", [vault, SET, ROLE, admin, &disk(SET_ID, more)].concat())];
    check(vec![
        ("the key waits for it", 1, root(&waiting, "")),
        ("the disk waits for it too", 1, root(&waiting, "depends_on = [azurerm_role_assignment.admin]")),
        ("the disk waits for the set's", 0, root(&waiting, "depends_on = [azurerm_role_assignment.des]")),
        (
            "nothing but the disk waits for it, so it may be the set's",
            0,
            root(VAULT, "depends_on = [azurerm_role_assignment.admin]"),
        ),
    ]);
}

#[test]
fn the_grant_that_is_enough_is_named() {
    let policy = r#"
resource "azurerm_key_vault_access_policy" "less" {
  key_vault_id    = azurerm_key_vault.kv.id
  tenant_id       = data.azurerm_client_config.me.tenant_id
  object_id       = azurerm_disk_encryption_set.des.identity[0].principal_id
  key_permissions = ["Get", "List"]
}
"#;
    let open = VAULT.replace("  rbac_authorization_enabled = true\n", "");
    let root = [&open, SET, policy, ROLE, &disk(SET_ID, "")].concat();
    let ran = crate::common::Tree::new(&[("main.tf", root)]).run(&["--only", "CMK073", "--format", "compact"]);
    assert!(ran.out.contains("does not wait for role assignment 'des'"), "{}", ran.out);
}

#[test]
fn other_consumers_wait_as_disks_do_and_a_machine_is_told_once() {
    let machine = |more: &str| {
        format!(
            r#"
resource "azurerm_linux_virtual_machine_scale_set" "s" {{
  name                = "s"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Standard_D2s_v5"
  admin_username      = "a"
  os_disk {{
    caching                = "None"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  }}
  data_disk {{
    lun                    = 0
    caching                = "None"
    disk_size_gb           = 32
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  }}
  {more}
}}
"#
        )
    };
    let cluster = |more: &str| {
        format!(
            r#"
resource "azurerm_kubernetes_cluster" "aks" {{
  name                   = "aks"
  location               = "westeurope"
  resource_group_name    = "rg"
  dns_prefix             = "a"
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
  default_node_pool {{
    name    = "p"
    vm_size = "Standard_D4s_v5"
  }}
  {more}
}}
"#
        )
    };
    let azapi = |more: &str| {
        format!(
            r#"
resource "azapi_resource" "d" {{
  type      = "Microsoft.Compute/disks@2024-03-02"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
  name      = "d"
  location  = "westeurope"
  body = {{
    properties = {{
      creationData = {{ createOption = "Empty" }}
      encryption   = {{ diskEncryptionSetId = azurerm_disk_encryption_set.des.id }}
    }}
  }}
  {more}
}}
"#
        )
    };
    let root = |text: String| vec![("main.tf", all() + &text)];
    let wait = "depends_on = [azurerm_role_assignment.des]";
    check(vec![
        ("a scale set with two disks", 1, root(machine(""))),
        ("a scale set that waits", 0, root(machine(wait))),
        ("a cluster", 1, root(cluster(""))),
        ("a cluster that waits", 0, root(cluster(wait))),
        ("azapi", 1, root(azapi(""))),
        ("azapi that waits", 0, root(azapi(wait))),
    ]);
}

#[test]
fn where_the_grant_may_be_made_elsewhere_nothing_is_said() {
    let output = r#"output "p" {
  value = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;
    let unread = r#"module "iam" {
  source    = "company/iam/azurerm"
  principal = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;
    let passed = r#"module "wait" {
  source = "company/wait/azurerm"
  ids    = [azurerm_role_assignment.des.id]
}
"#;
    let command = r#"
resource "null_resource" "grant" {
  provisioner "local-exec" {
    command = "az role assignment create --assignee ${azurerm_disk_encryption_set.des.identity[0].principal_id} --role x"
  }
}
"#;
    let more = r#"
resource "azurerm_role_assignment" "more" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto User"
  principal_id         = azurerm_disk_encryption_set.des.identity[0].principal_id
}
"#;
    let two = vec![
        ("a/main.tf", all()),
        (
            "b/main.tf",
            r#"data "azurerm_disk_encryption_set" "d" {
  name = "des"
  resource_group_name = "rg"
}
"#
            .to_owned()
                + &disk("data.azurerm_disk_encryption_set.d.id", ""),
        ),
    ];
    check(vec![
        ("the principal is an output", 0, with_disk("", output)),
        ("the principal goes to a module that is not read", 0, with_disk("", unread)),
        ("the principal goes to a command", 0, with_disk("depends_on = [null_resource.grant]", command)),
        ("a module that is not read has the grant", 0, with_disk("depends_on = [module.wait]", passed)),
        ("another grant is enough", 0, with_disk("depends_on = [azurerm_role_assignment.more]", more)),
        ("the disk is in another root", 0, two),
    ]);
}

#[test]
fn a_set_with_an_identity_that_is_there_before_waits_itself() {
    let identity = r#"
resource "azurerm_user_assigned_identity" "i" {
  name                = "i"
  resource_group_name = "rg"
  location            = "westeurope"
}
"#;
    let grant = r#"
resource "azurerm_role_assignment" "i" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_user_assigned_identity.i.principal_id
}
"#;
    let set = |more: &str| {
        let own = format!(
            r#"identity {{
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.i.id]
  }}
  {more}"#
        );
        SET.replace("identity {\n    type = \"SystemAssigned\"\n  }", &own)
    };
    let inline = r#"
  access_policy {
    tenant_id       = data.azurerm_client_config.me.tenant_id
    object_id       = azurerm_user_assigned_identity.i.principal_id
    key_permissions = ["Get", "WrapKey", "UnwrapKey"]
  }
"#;
    let root = |vault: &str, grant: &str, set: &str| {
        vec![("main.tf", [vault, identity, grant, set, &disk(SET_ID, "")].concat())]
    };
    let open = VAULT.replace("  rbac_authorization_enabled = true\n", inline);
    let both = SET.replace(
        "\"SystemAssigned\"",
        "\"SystemAssigned, UserAssigned\"\n    identity_ids = [azurerm_user_assigned_identity.i.id]",
    );
    check(vec![
        ("nothing", 1, root(VAULT, grant, &set(""))),
        ("depends_on", 0, root(VAULT, grant, &set("depends_on = [azurerm_role_assignment.i]"))),
        ("the vault's own list", 0, root(&open, "", &set(""))),
        ("two identities, one of which uses the key", 0, root(VAULT, grant, &both)),
    ]);
}
