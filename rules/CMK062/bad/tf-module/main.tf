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

resource "azurerm_disk_encryption_set" "west" {
  name                = "des-west"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  key_vault_key_id    = "https://kv-images-weu.vault.azure.net/keys/images/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

module "version" {
  source = "./modules/version"

  resource_group = azurerm_resource_group.images.name
  image_id       = var.image_id
  west_set_id    = azurerm_disk_encryption_set.west.id
}
