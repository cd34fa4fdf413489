provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-images"
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

variable "image_id" {
  type = string
}

resource "azurerm_shared_image_version" "first" {
  name                = "1.0.0"
  gallery_name        = "gal"
  image_name          = "web"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  managed_image_id    = var.image_id

  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }
}

resource "azapi_resource" "second" {
  type      = "Microsoft.Compute/galleries/images/versions@2023-07-03"
  name      = "1.0.1"
  parent_id = "${azurerm_resource_group.disks.id}/providers/Microsoft.Compute/galleries/gal/images/web"
  location  = azurerm_resource_group.disks.location

  body = {
    properties = {
      publishingProfile = {
        targetRegions = [
          {
            name                 = "westeurope"
            regionalReplicaCount = 1
            encryption = {
              osDiskImage = {
                diskEncryptionSetId = azurerm_disk_encryption_set.disks.id
              }
            }
          }
        ]
      }
      storageProfile = {
        source = {
          id = azurerm_shared_image_version.first.id # expect: CMK064
        }
      }
    }
  }
}
