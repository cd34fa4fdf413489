resource "azurerm_resource_group" "g" {
  name = "rg-sec"
  location = "westeurope"
}
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
