resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-mine"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "data" {
  name                   = "data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id # expect: ORG001
}
