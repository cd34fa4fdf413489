variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

resource "azurerm_disk_encryption_set" "this" {
  name                = "des-snapshots"
  location            = var.location
  resource_group_name = var.resource_group_name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

output "id" {
  value = azurerm_disk_encryption_set.this.id
}
