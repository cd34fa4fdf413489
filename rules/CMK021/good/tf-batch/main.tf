provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_batch_account" "apps" {
  name                 = "batchapps"
  resource_group_name  = azurerm_resource_group.disks.name
  location             = azurerm_resource_group.disks.location
  pool_allocation_mode = "UserSubscription"
}

resource "azapi_resource" "service" {
  type      = "Microsoft.Batch/batchAccounts/pools@2024-07-01"
  name      = "workers"
  parent_id = azurerm_batch_account.apps.id

  body = {
    properties = {
      vmSize = "STANDARD_D4S_V3"
      deploymentConfiguration = {
        virtualMachineConfiguration = {
          imageReference = {
            publisher = "canonical"
            offer     = "0001-com-ubuntu-server-jammy"
            sku       = "22_04-lts"
            version   = "latest"
          }
          nodeAgentSkuId = "batch.node.ubuntu 22.04"
          osDisk = {
            managedDisk = {
              diskEncryptionSet = {
                id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-disks"
              }
            }
          }
        }
      }
    }
  }
}
