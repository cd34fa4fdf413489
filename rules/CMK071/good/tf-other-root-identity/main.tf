provider "azurerm" {
  features {}
}
data "azurerm_client_config" "me" {}
resource "azurerm_resource_group" "rg" {
  name     = "rg-shop"
  location = "westeurope"
}
resource "azurerm_user_assigned_identity" "id" {
  name                = "id-shop"
  resource_group_name = azurerm_resource_group.rg.name
  location            = "westeurope"
}
resource "azurerm_key_vault" "kv" {
  name                       = "kv-shop"
  resource_group_name        = azurerm_resource_group.rg.name
  location                   = "westeurope"
  tenant_id                  = data.azurerm_client_config.me.tenant_id
  sku_name                   = "premium"
  purge_protection_enabled   = true
  rbac_authorization_enabled = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "disk"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "RSA"
  key_size     = 4096
  key_opts     = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des-shop"
  resource_group_name = azurerm_resource_group.rg.name
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.id.id]
  }
}
