provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

provider "azurerm" {
  alias = "images"
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000002"
}

resource "azurerm_resource_group" "images" {
  provider = azurerm.images

  name     = "rg-images"
  location = "westeurope"
}

variable "image_id" {
  description = "Managed image the version is made from."
  type        = string
}

resource "azurerm_shared_image_version" "base" {
  provider = azurerm.images

  name                = "1.0.0"
  gallery_name        = "gal_platform"
  image_name          = "ubuntu-base"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  managed_image_id    = var.image_id

  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu"
  }
}
