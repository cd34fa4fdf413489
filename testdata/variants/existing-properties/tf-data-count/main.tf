resource "azurerm_key_vault" "v" {
  name                       = "kv-v-x1"
  resource_group_name        = "rg"
  location                   = "westeurope"
  tenant_id                  = "11111111-1111-1111-1111-111111111111"
  sku_name                   = "premium"
  purge_protection_enabled   = true
}
data "azurerm_key_vault" "d" {
  name = azurerm_key_vault.v.name
  resource_group_name = "rg"
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_managed_disk" "disk" {
  count = data.azurerm_key_vault.d.purge_protection_enabled ? 0 : 1
  name                   = "disk"
  resource_group_name    = "rg"
  location               = "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
