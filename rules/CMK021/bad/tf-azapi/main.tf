# The parent of the disk is a resource group of another subscription.

provider "azurerm" {
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
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

resource "azapi_resource" "data" {
  type      = "Microsoft.Compute/disks@2024-03-02"
  name      = "disk-data"
  parent_id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps"
  location  = azurerm_resource_group.disks.location

  body = {
    sku = { name = "Premium_LRS" }
    properties = {
      creationData = { createOption = "Empty" }
      diskSizeGB   = 64
      encryption = {
        type                = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = azurerm_disk_encryption_set.disks.id # expect: CMK021
      }
    }
  }
}
