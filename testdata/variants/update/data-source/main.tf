provider "azurerm" {
  features {}
  subscription_id = "11111111-1111-1111-1111-111111111111"
}
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = "northeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = null
}
data "azurerm_managed_disk" "q" {
  name = azurerm_managed_disk.x.name
  resource_group_name = "rg"
}
resource "azapi_update_resource" "u" {
  type = "Microsoft.Compute/disks@2023-10-02"
  resource_id = data.azurerm_managed_disk.q.id
  body = { properties = { encryption = { diskEncryptionSetId = azurerm_disk_encryption_set.d.id } } }
}
