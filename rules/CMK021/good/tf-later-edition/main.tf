# Since the edition of 2023-02 the vault may be in another subscription than the set.

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

resource "azurerm_resource_group" "security" {
  provider = azurerm.security
  name     = "rg-security"
  location = "westeurope"
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

data "azurerm_client_config" "current" {
  provider = azurerm.security
}

resource "azurerm_key_vault" "disks" {
  provider                   = azurerm.security
  name                       = "kv-disks-weu"
  location                   = azurerm_resource_group.security.location
  resource_group_name        = azurerm_resource_group.security.name
  tenant_id                  = data.azurerm_client_config.current.tenant_id
  sku_name                   = "standard"
  purge_protection_enabled   = true
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  provider     = azurerm.security
  name         = "disks"
  key_vault_id = azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["unwrapKey", "wrapKey"]
}

resource "azurerm_disk_encryption_set" "disks" {
  provider            = azurerm.apps
  name                = "des-disks"
  location            = azurerm_resource_group.apps.location
  resource_group_name = azurerm_resource_group.apps.name
  key_vault_key_id    = azurerm_key_vault_key.disks.id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "disks" {
  provider             = azurerm.security
  scope                = azurerm_key_vault.disks.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.disks.identity[0].principal_id
}
