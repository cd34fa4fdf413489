variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

resource "azurerm_managed_disk" "legacy" {
  name                 = "disk-legacy"
  location             = var.location
  resource_group_name  = var.resource_group_name
  storage_account_type = "Premium_LRS"
  create_option        = "Empty"
  disk_size_gb         = 64

  encryption_settings {
    disk_encryption_key {
      secret_url      = "https://kv-ade-weu.vault.azure.net/secrets/volume/3b7e52a90c1f4e6d9a48d5f2c7b08e13"
      source_vault_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-ade-weu"
    }
  }
}

resource "azurerm_snapshot" "legacy" {
  name                = "snap-legacy"
  location            = var.location
  resource_group_name = var.resource_group_name
  create_option       = "Copy"
  source_uri          = azurerm_managed_disk.legacy.id
}

output "snapshot_id" {
  value = azurerm_snapshot.legacy.id
}
