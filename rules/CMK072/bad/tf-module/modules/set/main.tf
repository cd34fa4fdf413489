variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "key_id" {
  type = string
}

variable "rotate" {
  type    = bool
  default = true
}

resource "azurerm_disk_encryption_set" "this" {
  name                      = "des-disks"
  resource_group_name       = var.resource_group
  location                  = var.location
  key_vault_key_id          = var.key_id
  auto_key_rotation_enabled = var.rotate

  identity {
    type = "SystemAssigned"
  }
}

output "principal_id" {
  value = azurerm_disk_encryption_set.this.identity[0].principal_id
}
