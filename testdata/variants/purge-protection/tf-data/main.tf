data "azurerm_key_vault" "v" {
  name = "kv"
  resource_group_name = "rg"
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = data.azurerm_key_vault.v.id
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
