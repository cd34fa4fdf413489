# The image of the root beside this one, by its id.

provider "azurerm" {
  subscription_id = "22222222-2222-2222-2222-222222222222"
  features {}
}

variable "network_interface_id" {
  type = string
}

variable "ssh_public_key" {
  type = string
}

resource "azurerm_resource_group" "apps" {
  name     = "rg-apps"
  location = "westeurope"
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "vm-app"
  location              = azurerm_resource_group.apps.location
  resource_group_name   = azurerm_resource_group.apps.name
  size                  = "Standard_D2s_v5"
  admin_username        = "azureuser"
  network_interface_ids = [var.network_interface_id]
  source_image_id       = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-images/providers/Microsoft.Compute/images/img-golden" # expect: CMK011

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
