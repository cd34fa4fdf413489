# The set of an image's data disk is one for confidential VMs.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "confidential" {
  name                = "des-confidential"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  encryption_type     = "ConfidentialVmEncryptedWithCustomerKey"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_image" "app" {
  name                = "img-app"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location

  data_disk {
    lun                    = 0
    storage_type           = "Premium_LRS"
    blob_uri               = "https://stimages.blob.core.windows.net/vhds/data.vhd"
    disk_encryption_set_id = azurerm_disk_encryption_set.confidential.id # expect: CMK080
  }
}
