# The key stands in the vault already; only the host of its URL names the vault.
terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.0"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azapi_resource" "vault" {
  type      = "Microsoft.KeyVault/vaults@2023-07-01"
  parent_id = azurerm_resource_group.disks.id
  name      = "kv-disks-weu"
  location  = azurerm_resource_group.disks.location

  body = {
    properties = {
      tenantId = data.azurerm_client_config.current.tenant_id
      sku = {
        family = "A"
        name   = "standard"
      }
      enablePurgeProtection   = null # expect: CMK070
      enableRbacAuthorization = true
    }
  }
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "disks" {
  scope                = azapi_resource.vault.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.disks.identity[0].principal_id
}
