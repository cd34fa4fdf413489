variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

resource "azurerm_disk_encryption_set" "images" {
  name                = "des-images"
  location            = var.location
  resource_group_name = var.resource_group_name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_image" "golden" {
  name                = "img-golden"
  location            = var.location
  resource_group_name = var.resource_group_name
  hyper_v_generation  = "V2"

  os_disk {
    os_type                = "Linux"
    os_state               = "Generalized"
    blob_uri               = "https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd"
    storage_type           = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.images.id
  }
}

output "id" {
  value = azurerm_image.golden.id
}
