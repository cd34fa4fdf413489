variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "tenant_id" {
  type = string
}

resource "azurerm_key_vault" "disks" {
  name                     = "kv-disks-weu"
  resource_group_name      = var.resource_group
  location                 = var.location
  tenant_id                = var.tenant_id
  sku_name                 = "standard"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.disks.id
  key_type     = "RSA"
  key_size     = 3072
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = var.resource_group
  location            = var.location
  key_vault_key_id    = azurerm_key_vault_key.disks.id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_key_vault_access_policy" "disks" {
  key_vault_id    = azurerm_key_vault.disks.id
  tenant_id       = azurerm_disk_encryption_set.disks.identity[0].tenant_id
  object_id       = azurerm_disk_encryption_set.disks.identity[0].principal_id
  key_permissions = ["Get", "WrapKey", "UnwrapKey"]
}

output "set_id" {
  value      = azurerm_disk_encryption_set.disks.id
  depends_on = [azurerm_key_vault_access_policy.disks]
}
