provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
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

resource "azurerm_disk_encryption_set" "other" {
  name                = "des-other"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

variable "source_disk_id" {
  type = string
}

resource "azurerm_snapshot" "data" {
  name                   = "snap-data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  create_option          = "Copy"
  source_resource_id     = var.source_disk_id
  incremental_enabled    = true
  disk_encryption_set_id = module.encryption.id
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "PremiumV2_LRS"
  create_option          = "Copy"
  disk_size_gb           = 64
  source_resource_id     = azurerm_snapshot.data.id
  disk_encryption_set_id = azurerm_disk_encryption_set.other.id # expect: CMK013
}
