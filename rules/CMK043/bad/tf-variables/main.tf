# Both are turned on by defaults of variables.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

variable "admin_password" {
  type      = string
  sensitive = true
}

variable "network_interface_id" {
  type = string
}

resource "azurerm_windows_virtual_machine" "app" {
  name                       = "vm-app"
  resource_group_name        = azurerm_resource_group.disks.name
  location                   = azurerm_resource_group.disks.location
  size                       = "Standard_D4s_v5"
  admin_username             = "azureuser"
  admin_password             = var.admin_password
  network_interface_ids      = [var.network_interface_id]
  encryption_at_host_enabled = var.at_host # expect: CMK043

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }

  source_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter-g2"
    version   = "latest"
  }
}

variable "vault_id" {
  type = string
}

resource "azurerm_virtual_machine_extension" "ade" {
  name                 = "AzureDiskEncryption"
  virtual_machine_id   = azurerm_windows_virtual_machine.app.id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryption"
  type_handler_version = "2.2"

  settings = jsonencode({
    EncryptionOperation = var.operation
    VolumeType          = "All"
    KeyVaultURL         = "https://kv-ade-weu.vault.azure.net/"
    KeyVaultResourceId  = var.vault_id
  })
}

variable "at_host" {
  default = true
}

variable "operation" {
  default = "EnableEncryption"
}
