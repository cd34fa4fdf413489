# Its own root; only both together cross the limit.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "first" {
  name     = "rg-first"
  location = "West Europe"
}

resource "azurerm_disk_encryption_set" "first" {
  count = 2

  name                = "des-first-${count.index}"
  resource_group_name = azurerm_resource_group.first.name
  location            = azurerm_resource_group.first.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}
