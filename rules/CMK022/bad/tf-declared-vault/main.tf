# The vault of the other subscription is in the code too.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

provider "azurerm" {
  alias = "keys"
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000002"
}

resource "azurerm_key_vault" "keys" {
  provider                   = azurerm.keys
  name                       = "kv-disks-weu"
  location                   = "westeurope"
  resource_group_name        = "rg-keys"
  tenant_id                  = "00000000-0000-0000-0000-0000000000aa"
  sku_name                   = "premium"
  purge_protection_enabled   = true
  rbac_authorization_enabled = true
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azapi_resource" "set" {
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
        sourceVault = {
          id = azurerm_key_vault.keys.id # expect: CMK022
        }
        keyUrl = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef" # expect: CMK021
      }
    }
  }
}

resource "azurerm_role_assignment" "set" {
  provider             = azurerm.keys
  scope                = azurerm_key_vault.keys.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azapi_resource.set.identity[0].principal_id
}
