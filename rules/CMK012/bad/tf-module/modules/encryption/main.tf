variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

resource "azurerm_disk_encryption_set" "this" {
  name                = "des-disks"
  location            = var.location
  resource_group_name = var.resource_group_name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

output "id" {
  value = azurerm_disk_encryption_set.this.id
}
