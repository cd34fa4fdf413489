# The id of the set tells its subscription.

provider "azurerm" {
  subscription_id = "22222222-2222-2222-2222-222222222222"
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  location               = azurerm_resource_group.disks.location
  resource_group_name    = azurerm_resource_group.disks.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-disks" # expect: CMK021
}
