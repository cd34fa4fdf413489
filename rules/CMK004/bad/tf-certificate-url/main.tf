# The URL of a certificate, as the portal shows it beside the key's.

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/certificates/disks/0123456789abcdef0123456789abcdef" # expect: CMK004

  identity {
    type = "SystemAssigned"
  }
}
