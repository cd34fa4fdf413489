# Two sets exist in the region already: inventory.json has them.

provider "azurerm" {
  features {}
  subscription_id = "5f6c1d2e-8a4b-4c3d-9e7f-0a1b2c3d4e5f"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "team" { # expect: CMK050
  for_each = toset(["app", "data"])

  name                = "des-${each.key}"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}
