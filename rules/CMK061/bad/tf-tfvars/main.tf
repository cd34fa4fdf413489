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

variable "set_id" {
  description = "Encryption set of the image copies."
  type        = string
}

resource "azurerm_shared_image_version" "base" {
  name                = "1.0.0"
  gallery_name        = "gal_platform"
  image_name          = "ubuntu-base"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  managed_image_id    = var.image_id

  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = var.set_id
  }
}
