# A certificate holds a key, but its own id is a certificate's URL.

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

data "azurerm_key_vault_certificate" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = data.azurerm_key_vault_certificate.disks.id # expect: CMK004

  identity {
    type = "SystemAssigned"
  }
}
