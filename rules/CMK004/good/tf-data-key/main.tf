# An existing key by data source, and the key of a certificate by its URL.

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

data "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
}

resource "azurerm_disk_encryption_set" "web" {
  name                = "des-web"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = data.azurerm_key_vault_key.disks.id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "app" {
  name                = "des-app"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/certificate-of-disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}
