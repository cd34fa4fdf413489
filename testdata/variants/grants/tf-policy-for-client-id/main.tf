resource "azurerm_user_assigned_identity" "u" {
  name = "u"
  location = "westeurope"
  resource_group_name = "rg"
}
resource "azurerm_key_vault" "v" {
  name                = "kv-cmk-demo"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "premium"
  tenant_id           = "00000000-0000-0000-0000-000000000009"
  purge_protection_enabled = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.u.id]
  }
}
resource "azurerm_key_vault_access_policy" "p" {
  key_vault_id = azurerm_key_vault.v.id
  tenant_id = "t"
  object_id = azurerm_user_assigned_identity.u.client_id
  key_permissions = ["Get", "WrapKey", "UnwrapKey"]
}
