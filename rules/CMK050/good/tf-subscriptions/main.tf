provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

provider "azurerm" {
  alias = "second"
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000002"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_resource_group" "more" {
  provider = azurerm.second

  name     = "rg-more"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  count = 3

  name                = "des-${count.index}"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "more" {
  provider = azurerm.second
  count    = 3

  name                = "des-more-${count.index}"
  resource_group_name = azurerm_resource_group.more.name
  location            = azurerm_resource_group.more.location
  key_vault_key_id    = "https://kv-more-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}
