# The short key serves an old client and no encryption set.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

resource "azurerm_key_vault_key" "legacy" {
  name         = "legacy"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = 1024
  key_opts     = ["unwrapKey", "wrapKey"]
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = "4096"
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
