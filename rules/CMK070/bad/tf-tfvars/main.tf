provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

variable "purge_protection" {
  type    = bool
  default = true
}

resource "azurerm_key_vault" "disks" {
  name                       = "kv-disks-weu"
  resource_group_name        = azurerm_resource_group.disks.name
  location                   = azurerm_resource_group.disks.location
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  purge_protection_enabled   = var.purge_protection
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = azurerm_key_vault_key.disks.id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "disks" {
  scope                = azurerm_key_vault.disks.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.disks.identity[0].principal_id
}
