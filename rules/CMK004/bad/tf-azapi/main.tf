# The vault's URL without the key.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

resource "azapi_resource" "disks" {
  type      = "Microsoft.Compute/diskEncryptionSets@2024-03-02"
  name      = "des-disks"
  parent_id = azurerm_resource_group.disks.id
  location  = azurerm_resource_group.disks.location

  identity {
    type = "SystemAssigned"
  }

  body = {
    properties = {
      activeKey = {
        keyUrl = data.azurerm_key_vault.disks.vault_uri # expect: CMK004
      }
    }
  }
}
