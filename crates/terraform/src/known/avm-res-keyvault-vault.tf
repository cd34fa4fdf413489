# Stand-in for Azure/avm-res-keyvault-vault/azurerm.

variable "name" {}
variable "location" {}
variable "tenant_id" {}

variable "resource_group_name" {
  default = null
}

# What later versions have in its place.
variable "parent_id" {
  default = null
}

variable "sku_name" {
  default = "premium"
}

variable "purge_protection_enabled" {
  type    = bool
  default = true
}

variable "legacy_access_policies_enabled" {
  type    = bool
  default = false
}

variable "legacy_access_policies" {
  default = {}
}

variable "keys" {
  default = {}
}

variable "role_assignments" {
  default = {}
}

# Its default is another one from version to version.
variable "network_acls" {}

data "azurerm_client_config" "current" {}

resource "azapi_resource" "this" {
  type      = "Microsoft.KeyVault/vaults@2023-07-01"
  name      = var.name
  location  = var.location
  parent_id = var.parent_id == null ? "/subscriptions/${data.azurerm_client_config.current.subscription_id}/resourceGroups/${var.resource_group_name}" : var.parent_id
  body = {
    properties = {
      tenantId = var.tenant_id
      sku = {
        name = var.sku_name
      }
      enableSoftDelete        = true
      enablePurgeProtection   = var.purge_protection_enabled
      enableRbacAuthorization = !var.legacy_access_policies_enabled
      networkAcls = var.network_acls == null ? null : {
        bypass        = var.network_acls.bypass
        defaultAction = var.network_acls.default_action
      }
    }
  }
}

resource "azurerm_key_vault_key" "this" {
  for_each     = var.keys
  name         = each.value.name
  key_vault_id = azapi_resource.this.id
  key_type     = each.value.key_type
  key_size     = try(each.value.key_size, null)
  curve        = try(each.value.curve, null)
  key_opts     = try(each.value.key_opts, null)
}

resource "azurerm_key_vault_access_policy" "this" {
  for_each        = var.legacy_access_policies_enabled ? var.legacy_access_policies : {}
  key_vault_id    = azapi_resource.this.id
  tenant_id       = var.tenant_id
  object_id       = each.value.object_id
  application_id  = try(each.value.application_id, null)
  key_permissions = try(each.value.key_permissions, [])
}

resource "azurerm_role_assignment" "this" {
  for_each             = var.role_assignments
  scope                = azapi_resource.this.id
  principal_id         = each.value.principal_id
  role_definition_id   = strcontains(lower(each.value.role_definition_id_or_name), "/providers/microsoft.authorization/roledefinitions/") ? each.value.role_definition_id_or_name : null
  role_definition_name = strcontains(lower(each.value.role_definition_id_or_name), "/providers/microsoft.authorization/roledefinitions/") ? null : each.value.role_definition_id_or_name
}

output "resource_id" {
  value = azapi_resource.this.id
}

output "resource" {
  value = azapi_resource.this
}

output "name" {
  value = azapi_resource.this.name
}

output "uri" {
  value = azapi_resource.this.output.properties.vaultUri
}

output "keys" {
  value = azurerm_key_vault_key.this
}

output "resource_keys" {
  value = azurerm_key_vault_key.this
}

output "keys_resource_ids" {
  value = azurerm_key_vault_key.this
}
