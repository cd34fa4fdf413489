variable "s" {
  type = string
  nullable = false
}
resource "azurerm_shared_image_gallery" "g" {
  name = "g"
  resource_group_name = "rg"
  location = "westeurope"
  sharing {
    permission = "Groups"
  }
}
resource "azurerm_shared_image" "i" {
  name = "i"
  gallery_name = azurerm_shared_image_gallery.g.name
  resource_group_name = "rg"
  location = "westeurope"
  os_type = "Linux"
  identifier {
    publisher = "p"
    offer = "o"
    sku = "s"
  }
}
resource "azurerm_shared_image_version" "v" {
  name = "1.0.0"
  gallery_name = azurerm_shared_image_gallery.g.name
  image_name = azurerm_shared_image.i.name
  resource_group_name = "rg"
  location = "westeurope"
  managed_image_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/images/img"
  target_region {
    name = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = var.s
  }
}
