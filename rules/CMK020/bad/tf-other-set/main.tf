provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_resource_group" "remote" {
  name     = "rg-remote"
  location = "northeurope"
}

data "azurerm_client_config" "current" {}

resource "azurerm_key_vault" "disks" {
  name                       = "kv-disks-weu"
  location                   = azurerm_resource_group.disks.location
  resource_group_name        = azurerm_resource_group.disks.name
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
  key_opts     = ["unwrapKey", "wrapKey"]
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
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

resource "azurerm_disk_encryption_set" "remote" {
  name                = "des-remote"
  location            = azurerm_resource_group.remote.location
  resource_group_name = azurerm_resource_group.remote.name
  key_vault_key_id    = "https://kv-disks-neu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  location               = azurerm_resource_group.remote.location # expect: CMK020
  resource_group_name    = azurerm_resource_group.remote.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id

  depends_on = [azurerm_role_assignment.disks]
}
