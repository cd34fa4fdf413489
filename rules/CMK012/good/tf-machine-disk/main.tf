# The snapshot is encrypted with the set of the OS disk that the VM makes.

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
    caching                = "ReadWrite"
    storage_account_type   = "Premium_LRS"
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
  }
}

resource "azapi_resource" "snapshot" {
  type      = "Microsoft.Compute/snapshots@2024-03-02"
  name      = "snap-os"
  location  = azurerm_resource_group.app.location
  parent_id = azurerm_resource_group.app.id

  body = {
    properties = {
      creationData = {
        createOption     = "Copy"
        sourceResourceId = azurerm_linux_virtual_machine.app.os_disk[0].id
      }
      encryption = {
        type                = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = azurerm_disk_encryption_set.disks.id
      }
    }
  }
}
