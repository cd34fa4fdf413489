provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_managed_disk" "old" {
  name                = "disk-old"
  resource_group_name = azurerm_resource_group.disks.name
}

variable "set_id" {
  type = string
}

# What the variable holds is not known, so nothing is said.
resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = var.set_id
}
