variable "name" {
  type = string
}

variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "key_id" {
  type = string
}

resource "azurerm_disk_encryption_set" "this" {
  name                = var.name
  resource_group_name = var.resource_group
  location            = var.location
  key_vault_key_id    = var.key_id

  identity {
    type = "SystemAssigned"
  }
}

output "principal_id" {
  value = azurerm_disk_encryption_set.this.identity[0].principal_id
}
