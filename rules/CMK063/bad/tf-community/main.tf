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

variable "permission" {
  type    = string
  default = "Private"
}

resource "azurerm_shared_image_gallery" "platform" {
  name                = "gal_platform"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location

  sharing {
    permission = var.permission

    community_gallery {
      eula            = "https://example.com/eula"
      prefix          = "contoso"
      publisher_email = "images@example.com"
      publisher_uri   = "https://example.com"
    }
  }
}

locals {
  # Only regions with a set get a copy.
  sets = {
    northeurope = null
    westeurope  = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu"
  }
}

resource "azurerm_shared_image_version" "base" {
  name                = "1.0.0"
  gallery_name        = azurerm_shared_image_gallery.platform.name
  image_name          = "ubuntu-base"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  managed_image_id    = var.image_id

  dynamic "target_region" {
    for_each = { for region, id in local.sets : region => id if id != null }

    content {
      name                   = target_region.key
      regional_replica_count = 1
      disk_encryption_set_id = target_region.value
    }
  }
}
