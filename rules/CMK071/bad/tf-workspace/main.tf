# A workspace's identity for its managed disks, without a role.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_key_vault" "disks" {
  name                       = "kv-disks-weu"
  resource_group_name        = azurerm_resource_group.disks.name
  location                   = azurerm_resource_group.disks.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  purge_protection_enabled   = true
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_databricks_workspace" "data" {
  name                              = "dbw-data"
  resource_group_name               = azurerm_resource_group.disks.name
  location                          = azurerm_resource_group.disks.location
  sku                               = "premium"
  managed_disk_cmk_key_vault_key_id = azurerm_key_vault_key.disks.id # expect: CMK071
  customer_managed_key_enabled      = true
}
