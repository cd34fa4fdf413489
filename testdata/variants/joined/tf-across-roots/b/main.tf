data "azurerm_key_vault" "v" {
  name = "kv-v-x1"
  resource_group_name = "rg"
}
data "azurerm_key_vault_key" "k" {
  name = "k"
  key_vault_id = data.azurerm_key_vault.v.id
}
resource "azurerm_disk_encryption_set" "b" {
  name                = "b"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = data.azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
