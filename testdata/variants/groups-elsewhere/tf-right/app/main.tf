data "azurerm_resource_group" "shared" {
  name = "rg-shared"
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = data.azurerm_resource_group.shared.name
  location            = "westeurope"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "d" {
  name                   = "d"
  resource_group_name    = data.azurerm_resource_group.shared.name
  location               = data.azurerm_resource_group.shared.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
