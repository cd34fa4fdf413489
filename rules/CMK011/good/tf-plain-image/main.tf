# The image is encrypted with the platform's key.

provider "azurerm" {
  alias           = "images"
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

provider "azurerm" {
  alias           = "apps"
  subscription_id = "22222222-2222-2222-2222-222222222222"
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
    os_type      = "Linux"
    os_state     = "Generalized"
    blob_uri     = "https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd"
    storage_type = "Premium_LRS"
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
    disk_encryption_set_id = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps"
  }
}
