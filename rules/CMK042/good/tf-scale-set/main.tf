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

variable "subnet_id" {
  type = string
}

resource "azurerm_windows_virtual_machine_scale_set" "app" {
  name                = "vmss-app"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  sku                 = "Standard_D4s_v5"
  instances           = 3
  admin_username      = "azureuser"
  admin_password      = var.admin_password

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

  network_interface {
    name    = "nic"
    primary = true

    ip_configuration {
      name      = "internal"
      primary   = true
      subnet_id = var.subnet_id
    }
  }
}

variable "vault_id" {
  type = string
}

resource "azurerm_virtual_machine_scale_set_extension" "ade" {
  name                         = "AzureDiskEncryption"
  virtual_machine_scale_set_id = azurerm_windows_virtual_machine_scale_set.app.id
  publisher                    = "Microsoft.Azure.Security"
  type                         = "AzureDiskEncryption"
  type_handler_version         = "2.2"

  settings = jsonencode({
    EncryptionOperation = "DisableEncryption"
    VolumeType          = "All"
    KeyVaultURL         = "https://kv-ade-weu.vault.azure.net/"
    KeyVaultResourceId  = var.vault_id
  })
}
