provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azapi_resource" "service" {
  type      = "Microsoft.DevTestLab/labs@2018-09-15"
  name      = "lab-apps"
  parent_id = azurerm_resource_group.disks.id
  location  = "westeurope"

  body = {
    properties = {
      encryption = {
        type                = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = azurerm_disk_encryption_set.disks.id
      }
    }
  }
}
