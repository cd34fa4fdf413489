resource "azurerm_key_vault" "v" {
  name                       = "kv-v-x1"
  resource_group_name        = "rg"
  location                   = "westeurope"
  tenant_id                  = "11111111-1111-1111-1111-111111111111"
  sku_name                   = "premium"
  purge_protection_enabled   = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_user_assigned_identity" "u" {
  name = "u"
  resource_group_name = "rg"
  location = "westeurope"
}
resource "azurerm_role_assignment" "g" {
  scope                = azurerm_key_vault.v.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_user_assigned_identity.u.principal_id
}
