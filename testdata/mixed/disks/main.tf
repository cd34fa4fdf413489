provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

provider "azurerm" {
  alias = "sandbox"
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000002"
}

variable "network_interface_id" {
  type = string
}

variable "ssh_public_key" {
  type = string
}

locals {
  # Deployed by ../encryption.
  encryption_set_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-atlas-keys/providers/Microsoft.Compute/diskEncryptionSets/des-atlas"
}

resource "azurerm_resource_group" "atlas" {
  name     = "rg-atlas"
  location = "westeurope"
}

resource "azurerm_managed_disk" "log" {
  name                   = "disk-log"
  resource_group_name    = azurerm_resource_group.atlas.name
  location               = azurerm_resource_group.atlas.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = local.encryption_set_id
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.atlas.name
  location               = "northeurope" # expect: CMK020
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = local.encryption_set_id
}

resource "azurerm_managed_disk" "sandbox" {
  provider = azurerm.sandbox

  name                   = "disk-sandbox"
  resource_group_name    = "rg-sandbox"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = local.encryption_set_id # expect: CMK021
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "vm-app"
  resource_group_name   = azurerm_resource_group.atlas.name
  location              = azurerm_resource_group.atlas.location
  size                  = "Standard_D2s_v5"
  admin_username        = "azureuser"
  network_interface_ids = [var.network_interface_id]

  admin_ssh_key {
    username   = "azureuser"
    public_key = var.ssh_public_key
  }

  os_disk {
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = local.encryption_set_id
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}

resource "azurerm_virtual_machine_extension" "disk_encryption" {
  name                 = "AzureDiskEncryption"
  virtual_machine_id   = azurerm_linux_virtual_machine.app.id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryptionForLinux" # expect: CMK040
  type_handler_version = "1.1"

  settings = jsonencode({
    EncryptionOperation = "EnableEncryption"
    KeyVaultURL         = "https://kv-ade-weu.vault.azure.net/"
    KeyVaultResourceId  = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ade/providers/Microsoft.KeyVault/vaults/kv-ade-weu"
    VolumeType          = "All"
  })
}
