variable "encryption_set_id" {
  type = string
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
    disk_encryption_set_id = var.encryption_set_id
  }
}

output "id" {
  value = azurerm_image.golden.id
}
