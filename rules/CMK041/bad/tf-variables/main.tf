# As `tf`, with the switch of the older notation as a variable.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "legacy" {
  name                 = "disk-legacy"
  location             = azurerm_resource_group.disks.location
  resource_group_name  = azurerm_resource_group.disks.name
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
  disk_size_gb         = 64

  encryption_settings {
    enabled = var.guest_encryption

    disk_encryption_key {
      secret_url      = "https://kv-ade-weu.vault.azure.net/secrets/volume/3b7e52a90c1f4e6d9a48d5f2c7b08e13"
      source_vault_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-ade-weu"
    }
  }
}

resource "azurerm_snapshot" "legacy" {
  name                = "snap-legacy"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  create_option       = "Copy"
  source_uri          = azurerm_managed_disk.legacy.id
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  location               = azurerm_resource_group.disks.location
  resource_group_name    = azurerm_resource_group.disks.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Copy"
  source_resource_id     = azurerm_snapshot.legacy.id # expect: CMK041
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
}

variable "guest_encryption" {
  default = true
}
