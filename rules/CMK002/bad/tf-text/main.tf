# A number written as text is still a number, also when it comes out of a lookup.

provider "azurerm" {
  features {}
}

locals {
  sizes = {
    development = "1024"
    production  = "4096"
  }
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = local.sizes["development"] # expect: CMK002
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
