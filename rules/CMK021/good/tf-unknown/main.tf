# Nobody knows the subscription of the apps, nor the one in the id of the set.

provider "azurerm" {
  alias           = "apps"
  subscription_id = var.subscription_id
  features {}
}

variable "subscription_id" {
  type = string
}

variable "security_subscription_id" {
  type = string
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

resource "azurerm_managed_disk" "data" {
  provider               = azurerm.apps
  name                   = "disk-data"
  location               = azurerm_resource_group.apps.location
  resource_group_name    = azurerm_resource_group.apps.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = "/subscriptions/${var.security_subscription_id}/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-disks"
}
