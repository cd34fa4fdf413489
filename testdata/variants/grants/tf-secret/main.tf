resource "azurerm_key_vault" "v" {
  name                = "kv-cmk-demo"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "premium"
  tenant_id           = "00000000-0000-0000-0000-000000000009"
  purge_protection_enabled = true
  rbac_authorization_enabled = true
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
  identity { type = "SystemAssigned" }
}
resource "azurerm_key_vault_secret" "e" {
  key_vault_id = "x"
  name = "p"
  value = azurerm_disk_encryption_set.d.identity[0].principal_id
}
