variable "resource_group" {
  type = string
}

variable "region" {
  type = string
}

resource "azurerm_disk_encryption_set" "this" {
  name                = "des-images-${var.region}"
  resource_group_name = var.resource_group
  location            = var.region
  key_vault_key_id    = "https://kv-${var.region}.vault.azure.net/keys/images/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

output "id" {
  value = azurerm_disk_encryption_set.this.id
}
