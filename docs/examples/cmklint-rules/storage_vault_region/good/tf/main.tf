data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "data" {
  name     = "rg-data"
  location = "westeurope"
}

resource "azurerm_key_vault" "keys" {
  name                     = "kv-data"
  resource_group_name      = azurerm_resource_group.data.name
  location                 = "West Europe"
  tenant_id                = data.azurerm_client_config.current.tenant_id
  sku_name                 = "standard"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_key" "data" {
  name         = "data"
  key_vault_id = azurerm_key_vault.keys.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_user_assigned_identity" "data" {
  name                = "id-data"
  resource_group_name = azurerm_resource_group.data.name
  location            = azurerm_resource_group.data.location
}

resource "azurerm_storage_account" "data" {
  name                     = "stdata"
  resource_group_name      = azurerm_resource_group.data.name
  location                 = azurerm_resource_group.data.location
  account_tier             = "Standard"
  account_replication_type = "ZRS"

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.data.id]
  }

  customer_managed_key {
    key_vault_key_id          = azurerm_key_vault_key.data.id
    user_assigned_identity_id = azurerm_user_assigned_identity.data.id
  }
}
