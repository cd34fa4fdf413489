variable "resource_group" {
  type = string
}

variable "image_id" {
  type = string
}

variable "west_set_id" {
  type    = string
  default = null
}

variable "north_set_id" {
  type    = string
  default = null
}

resource "azurerm_shared_image_version" "base" {
  name                = "1.0.0"
  gallery_name        = "gal_platform"
  image_name          = "ubuntu-base"
  resource_group_name = var.resource_group
  location            = "westeurope"
  managed_image_id    = var.image_id

  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = var.west_set_id
  }

  target_region {
    name                   = "northeurope" # expect: CMK062
    regional_replica_count = 1
    disk_encryption_set_id = var.north_set_id
  }
}
