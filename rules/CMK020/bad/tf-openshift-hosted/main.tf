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
  type      = "Microsoft.RedHatOpenShift/hcpOpenShiftClusters/nodePools@2024-06-10-preview"
  name      = "workers"
  parent_id = "${azurerm_resource_group.disks.id}/providers/Microsoft.RedHatOpenShift/hcpOpenShiftClusters/hcp-apps"
  location  = "northeurope" # expect: CMK020

  body = {
    properties = {
      platform = {
        vmSize = "Standard_D8s_v3"
        osDisk = {
          sizeGiB                = 64
          diskStorageAccountType = "Premium_LRS"
          encryptionSetId        = azurerm_disk_encryption_set.disks.id
        }
      }
      replicas = 2
    }
  }
}
