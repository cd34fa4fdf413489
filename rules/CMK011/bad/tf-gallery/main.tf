# The gallery stands in the images subscription, the disk in another.

provider "azurerm" {
  alias           = "images"
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

provider "azurerm" {
  alias           = "apps"
  subscription_id = "22222222-2222-2222-2222-222222222222"
  features {}
}

variable "os_disk_snapshot_id" {
  type = string
}

resource "azurerm_resource_group" "images" {
  provider = azurerm.images
  name     = "rg-images"
  location = "westeurope"
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

resource "azurerm_shared_image_version" "golden" {
  provider            = azurerm.images
  name                = "1.0.0"
  gallery_name        = "gal_images"
  image_name          = "ubuntu"
  location            = azurerm_resource_group.images.location
  resource_group_name = azurerm_resource_group.images.name
  os_disk_snapshot_id = var.os_disk_snapshot_id

  target_region {
    name                   = azurerm_resource_group.images.location
    regional_replica_count = 1
    disk_encryption_set_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images"
  }
}

resource "azurerm_managed_disk" "app" {
  provider                   = azurerm.apps
  name                       = "disk-app"
  location                   = azurerm_resource_group.apps.location
  resource_group_name        = azurerm_resource_group.apps.name
  storage_account_type       = "Premium_LRS"
  create_option              = "FromImage"
  gallery_image_reference_id = azurerm_shared_image_version.golden.id # expect: CMK011
  disk_encryption_set_id     = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps"
}
