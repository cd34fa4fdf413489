# The defaults agree; terraform.tfvars moves the disks alone.

provider "azurerm" {
  features {}
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "disk_location" {
  type    = string
  default = "westeurope"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = var.location
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  location               = var.disk_location
  resource_group_name    = azurerm_resource_group.disks.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
}
