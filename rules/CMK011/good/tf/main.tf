# Two providers, one subscription: ids compare without case.

provider "azurerm" {
  alias           = "images"
  subscription_id = "AB54E1F0-7C9D-4E21-8A3B-0D6F9C2B5E77"
  features {}
}

provider "azurerm" {
  alias           = "apps"
  subscription_id = "ab54e1f0-7c9d-4e21-8a3b-0d6f9c2b5e77"
  features {}
}

variable "network_interface_id" {
  type = string
}

variable "ssh_public_key" {
  type = string
}

resource "azurerm_resource_group" "images" {
  provider = azurerm.images
  name     = "rg-images"
  location = "westeurope"
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

resource "azurerm_image" "golden" {
  provider            = azurerm.images
  name                = "img-golden"
  location            = azurerm_resource_group.images.location
  resource_group_name = azurerm_resource_group.images.name
  hyper_v_generation  = "V2"

  os_disk {
    os_type                = "Linux"
    os_state               = "Generalized"
    blob_uri               = "https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd"
    storage_type           = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/ab54e1f0-7c9d-4e21-8a3b-0d6f9c2b5e77/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps"
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  provider              = azurerm.apps
  name                  = "vm-app"
  location              = azurerm_resource_group.apps.location
  resource_group_name   = azurerm_resource_group.apps.name
  size                  = "Standard_D2s_v5"
  admin_username        = "azureuser"
  network_interface_ids = [var.network_interface_id]
  source_image_id       = azurerm_image.golden.id

  admin_ssh_key {
    username   = "azureuser"
    public_key = var.ssh_public_key
  }

  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = "/subscriptions/ab54e1f0-7c9d-4e21-8a3b-0d6f9c2b5e77/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps"
  }
}
