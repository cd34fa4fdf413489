resource "azurerm_resource_group" "rg" {
  name = "rg"
  location = "northeurope"
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = azurerm_resource_group.rg.location
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
