# The image states nothing; the disk it was taken from is encrypted.

provider "azurerm" {
  features {}
}

variable "network_interface_id" {
  type = string
}

variable "ssh_public_key" {
  type = string
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "images" {
  name                = "des-images"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "apps" {
  name                = "des-apps"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/apps/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "source" {
  name                   = "disk-source"
  location               = azurerm_resource_group.disks.location
  resource_group_name    = azurerm_resource_group.disks.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Import"
  source_uri             = "https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd"
  storage_account_id     = var.storage_account_id
  os_type                = "Linux"
  disk_encryption_set_id = azurerm_disk_encryption_set.images.id
}

variable "storage_account_id" {
  type = string
}

resource "azurerm_image" "golden" {
  name                = "img-golden"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  hyper_v_generation  = "V2"

  os_disk {
    os_type         = "Linux"
    os_state        = "Generalized"
    managed_disk_id = azurerm_managed_disk.source.id
    storage_type    = "Premium_LRS"
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "vm-app"
  location              = azurerm_resource_group.disks.location
  resource_group_name   = azurerm_resource_group.disks.name
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
    disk_encryption_set_id = azurerm_disk_encryption_set.apps.id # expect: CMK010
  }
}
