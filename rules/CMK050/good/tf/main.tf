provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "west" {
  name     = "rg-west"
  location = "westeurope"
}

resource "azurerm_resource_group" "north" {
  name     = "rg-north"
  location = "northeurope"
}

resource "azurerm_disk_encryption_set" "west" {
  count = 3

  name                = "des-west-${count.index}"
  resource_group_name = azurerm_resource_group.west.name
  location            = azurerm_resource_group.west.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "north" {
  count = 3

  name                = "des-north-${count.index}"
  resource_group_name = azurerm_resource_group.north.name
  location            = azurerm_resource_group.north.location
  key_vault_key_id    = "https://kv-disks-neu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}
