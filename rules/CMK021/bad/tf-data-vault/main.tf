# The vault is read with the provider of another subscription.

provider "azurerm" {
  alias           = "security"
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

provider "azurerm" {
  alias           = "apps"
  subscription_id = "22222222-2222-2222-2222-222222222222"
  features {}
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  provider            = azurerm.security
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

data "azurerm_key_vault_key" "disks" {
  provider     = azurerm.security
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
}

resource "azurerm_disk_encryption_set" "disks" {
  provider            = azurerm.apps
  name                = "des-disks"
  location            = azurerm_resource_group.apps.location
  resource_group_name = azurerm_resource_group.apps.name
  key_vault_key_id    = data.azurerm_key_vault_key.disks.id # expect: CMK021

  identity {
    type = "SystemAssigned"
  }
}
