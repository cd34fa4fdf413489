provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

locals {
  sets = {
    app = "EncryptionAtRestWithPlatformAndCustomerKeys"
    cvm = "ConfidentialVmEncryptedWithCustomerKey"
  }
}

resource "azurerm_disk_encryption_set" "by_use" {
  for_each = local.sets

  name                = "des-${each.key}"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  encryption_type     = each.value

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "app" {
  name                   = "disk-app"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = azurerm_disk_encryption_set.by_use["app"].id
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = azurerm_disk_encryption_set.by_use["cvm"].id # expect: CMK080
}
