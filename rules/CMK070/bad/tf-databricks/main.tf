provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-lake"
  location = "westeurope"
}

resource "azurerm_key_vault" "lake" { # expect: CMK070
  name                       = "kv-lake-weu"
  resource_group_name        = azurerm_resource_group.disks.name
  location                   = azurerm_resource_group.disks.location
  tenant_id                  = "00000000-0000-0000-0000-0000000000aa"
  sku_name                   = "standard"
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.lake.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_databricks_workspace" "lake" {
  name                              = "dbw-lake"
  resource_group_name               = azurerm_resource_group.disks.name
  location                          = azurerm_resource_group.disks.location
  sku                               = "premium"
  managed_disk_cmk_key_vault_key_id = azurerm_key_vault_key.disks.id
}

resource "azurerm_role_assignment" "disks" {
  scope                = azurerm_key_vault.lake.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_databricks_workspace.lake.managed_disk_identity[0].principal_id
}
