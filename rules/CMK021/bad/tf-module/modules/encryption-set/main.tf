resource "azurerm_resource_group" "security" {
  name     = "rg-security"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.security.location
  resource_group_name = azurerm_resource_group.security.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

output "id" {
  value = azurerm_disk_encryption_set.disks.id
}
