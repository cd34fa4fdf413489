variable "name" {
  type = string
}

variable "key_vault_id" {
  type = string
}

variable "key_size" {
  type = number
}

resource "azurerm_key_vault_key" "this" {
  name         = var.name
  key_vault_id = var.key_vault_id
  key_type     = "RSA"
  key_size     = var.key_size
  key_opts     = ["unwrapKey", "wrapKey"]
}

output "id" {
  value = azurerm_key_vault_key.this.id
}
