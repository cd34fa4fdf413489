# The ephemeral disk and the rotation are defaults of variables.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                      = "des-disks"
  resource_group_name       = azurerm_resource_group.disks.name
  location                  = azurerm_resource_group.disks.location
  key_vault_key_id          = "https://kv-disks-weu.vault.azure.net/keys/disks"
  auto_key_rotation_enabled = var.rotation

  identity {
    type = "SystemAssigned"
  }
}

variable "ssh_public_key" {
  type = string
}

variable "subnet_id" {
  type = string
}

resource "azurerm_linux_virtual_machine_scale_set" "app" {
  name                = "vmss-app"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  sku                 = "Standard_D4s_v5"
  instances           = 3
  admin_username      = "azureuser"

  admin_ssh_key {
    username   = "azureuser"
    public_key = var.ssh_public_key
  }

  os_disk {
    caching                = "ReadOnly"
    storage_account_type   = "Standard_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id # expect: CMK083

    diff_disk_settings {
      option = var.os_disk_placement
    }
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "0001-com-ubuntu-server-jammy"
    sku       = "22_04-lts-gen2"
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

variable "os_disk_placement" {
  default = "Local"
}

variable "rotation" {
  default = true
}
