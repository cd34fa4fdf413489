provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "images" {
  name     = "rg-images"
  location = "westeurope"
}

variable "image_id" {
  description = "Managed image the version is made from."
  type        = string
}

resource "azurerm_shared_image_gallery" "platform" {
  name                = "gal_platform"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location

  sharing {
    permission = "Groups" # expect: CMK063
  }
}

resource "azurerm_shared_image_version" "base" {
  name                = "1.0.0"
  gallery_name        = azurerm_shared_image_gallery.platform.name
  image_name          = "ubuntu-base"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  managed_image_id    = var.image_id

  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu"
  }
}
