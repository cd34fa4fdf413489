variable "name" {
  type = string
}

variable "key_vault_id" {
  type = string
}

variable "key_type" {
  type    = string
  default = "RSA"
}

resource "azurerm_key_vault_key" "this" {
  name         = var.name
  key_vault_id = var.key_vault_id
  key_type     = var.key_type
  key_size     = startswith(var.key_type, "RSA") ? 3072 : null
  curve        = startswith(var.key_type, "RSA") ? null : "P-384"
  key_opts     = startswith(var.key_type, "RSA") ? ["unwrapKey", "wrapKey"] : ["sign", "verify"]
}

output "id" {
  value = azurerm_key_vault_key.this.id
}
