# Stand-in for Azure/avm-res-compute-diskencryptionset/azurerm.

variable "name" {}
variable "location" {}
variable "resource_group_name" {}
variable "key_vault_key_id" {}
variable "key_vault_resource_id" {}

variable "managed_hsm_key_id" {
  default = null
}

variable "encryption_type" {
  default = "EncryptionAtRestWithCustomerKey"
}

variable "auto_key_rotation_enabled" {
  type    = bool
  default = false
}

variable "key_vault_role_assignment_enabled" {
  type    = bool
  default = true
}

variable "managed_identities" {
  type = object({
    system_assigned            = optional(bool, false)
    user_assigned_resource_ids = optional(set(string), [])
  })
  default = {}
}

locals {
  system = var.managed_identities.system_assigned
  users  = length(var.managed_identities.user_assigned_resource_ids) > 0
}

resource "azurerm_disk_encryption_set" "this" {
  name                      = var.name
  location                  = var.location
  resource_group_name       = var.resource_group_name
  key_vault_key_id          = var.key_vault_key_id
  managed_hsm_key_id        = var.managed_hsm_key_id
  encryption_type           = var.encryption_type
  auto_key_rotation_enabled = var.auto_key_rotation_enabled

  dynamic "identity" {
    for_each = local.system || local.users ? [var.managed_identities] : []
    content {
      type         = local.system && local.users ? "SystemAssigned, UserAssigned" : local.system ? "SystemAssigned" : "UserAssigned"
      identity_ids = identity.value.user_assigned_resource_ids
    }
  }
}

resource "azurerm_role_assignment" "this" {
  count                = var.key_vault_role_assignment_enabled ? 1 : 0
  principal_id         = azurerm_disk_encryption_set.this.identity[0].principal_id
  scope                = var.key_vault_resource_id
  role_definition_name = "Key Vault Crypto Service Encryption User"
}

output "resource_id" {
  value = azurerm_disk_encryption_set.this.id
}

output "key_vault_key_url" {
  value = azurerm_disk_encryption_set.this.key_vault_key_url
}
