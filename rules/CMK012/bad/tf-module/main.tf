# azurerm_snapshot takes the key of its source; azapi_resource can state another.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "encryption" {
  source              = "./modules/encryption"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
}

resource "azurerm_disk_encryption_set" "backup" {
  name                = "des-backup"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/backup/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  location               = azurerm_resource_group.disks.location
  resource_group_name    = azurerm_resource_group.disks.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = module.encryption.id
}

resource "azapi_resource" "data" {
  type      = "Microsoft.Compute/snapshots@2024-03-02"
  name      = "snap-data"
  parent_id = azurerm_resource_group.disks.id
  location  = azurerm_resource_group.disks.location

  body = {
    properties = {
      incremental = true
      creationData = {
        createOption     = "Copy"
        sourceResourceId = azurerm_managed_disk.data.id
      }
      encryption = {
        type                = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = azurerm_disk_encryption_set.backup.id # expect: CMK012
      }
    }
  }
}
