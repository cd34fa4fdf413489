resource "azurerm_resource_group" "rg" {
  name = "rg"
  location = "westeurope"
}
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = azurerm_resource_group.rg.name
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = "northeurope"
  resource_group_name    = azurerm_resource_group.rg.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = null
}
resource "azapi_update_resource" "u" {
  type = "Microsoft.Compute/disks@2023-10-02"
  name = azurerm_managed_disk.x.name
  parent_id = azurerm_resource_group.rg.id
  body = { properties = { encryption = { diskEncryptionSetId = azurerm_disk_encryption_set.d.id } } }
}
