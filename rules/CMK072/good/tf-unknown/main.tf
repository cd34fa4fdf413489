provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

variable "key_id" {
  type = string
}

resource "azurerm_disk_encryption_set" "disks" {
  name                      = "des-disks"
  resource_group_name       = azurerm_resource_group.disks.name
  location                  = azurerm_resource_group.disks.location
  key_vault_key_id          = var.key_id
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
