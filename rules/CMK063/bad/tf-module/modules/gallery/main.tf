variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "shared" {
  type    = bool
  default = false
}

resource "azurerm_shared_image_gallery" "this" {
  name                = "gal_platform"
  resource_group_name = var.resource_group
  location            = var.location

  sharing {
    permission = var.shared ? "Groups" : "Private" # expect: CMK063
  }
}

output "name" {
  value = azurerm_shared_image_gallery.this.name
}
