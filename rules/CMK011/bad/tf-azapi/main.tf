# The parent of the disk is a resource group of another subscription.

provider "azurerm" {
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

resource "azurerm_resource_group" "images" {
  name     = "rg-images"
  location = "westeurope"
}

resource "azurerm_image" "golden" {
  name                = "img-golden"
  location            = azurerm_resource_group.images.location
  resource_group_name = azurerm_resource_group.images.name
  hyper_v_generation  = "V2"

  os_disk {
    os_type                = "Linux"
    os_state               = "Generalized"
    blob_uri               = "https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd"
    storage_type           = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images"
  }
}

resource "azapi_resource" "app" {
  type      = "Microsoft.Compute/disks@2024-03-02"
  name      = "disk-app"
  parent_id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps"
  location  = azurerm_resource_group.images.location

  body = {
    sku = { name = "Premium_LRS" }
    properties = {
      creationData = {
        createOption = "FromImage"
        imageReference = {
          id = azurerm_image.golden.id # expect: CMK011
        }
      }
      encryption = {
        type                = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps"
      }
    }
  }
}
