# A secret of the same name is not the key.

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

data "azurerm_key_vault_secret" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = data.azurerm_key_vault_secret.disks.id # expect: CMK004

  identity {
    type = "SystemAssigned"
  }
}
