# The OS disk that the VM makes is found again by its name.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.app.location
  resource_group_name = azurerm_resource_group.app.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_virtual_machine" "app" {
  name                  = "vm-app"
  location              = azurerm_resource_group.app.location
  resource_group_name   = azurerm_resource_group.app.name
  size                  = "Standard_D2s_v5"
  admin_username        = "op"
  network_interface_ids = []

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }

  os_disk {
    name                   = "vm-app-os"
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }
}

data "azurerm_managed_disk" "os" {
  name                = "vm-app-os"
  resource_group_name = azurerm_resource_group.app.name
  depends_on          = [azurerm_linux_virtual_machine.app]
}

resource "azurerm_snapshot" "os" {
  name                = "snap-os"
  location            = "northeurope" # expect: CMK020
  resource_group_name = azurerm_resource_group.app.name
  create_option       = "Copy"
  source_resource_id  = data.azurerm_managed_disk.os.id
}
