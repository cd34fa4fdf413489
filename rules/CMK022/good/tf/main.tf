provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azapi_resource" "set" {
  type      = "Microsoft.Compute/diskEncryptionSets@2024-03-02"
  name      = "des-disks"
  parent_id = azurerm_resource_group.disks.id
  location  = azurerm_resource_group.disks.location

  identity {
    type = "SystemAssigned"
  }

  body = {
    properties = {
      activeKey = {
        keyUrl = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
      }
    }
  }
}
