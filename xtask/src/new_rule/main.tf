resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = "westeurope"
  resource_group_name = "rg-disks"
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  encryption_type     = "@VALUE@"@MARK@

  identity {
    type = "SystemAssigned"
  }
}
