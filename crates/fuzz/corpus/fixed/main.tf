variable "location" {
  type    = string
  default = "westeurope"
}

variable "zones" {
  type    = map(object({ size = number, name = optional(string, "a") }))
  default = {}
}

variable "names" {
  type    = list(string)
  default = ["a"]
}

locals {
  region = lower(replace(var.location, " ", ""))
}

resource "azurerm_key_vault" "kv" {
  name                     = "kv-fixed"
  location                 = local.region
  resource_group_name      = "rg-fixed"
  tenant_id                = "00000000-0000-0000-0000-00000000000a"
  sku_name                 = "standard"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_key" "key" {
  name         = "disks"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "EC"
  key_opts     = ["wrapKey", "unwrapKey"]
}

resource "azurerm_disk_encryption_set" "des" {
  for_each            = toset(var.names)
  name                = "des-${each.key}"
  location            = local.region
  resource_group_name = "rg-fixed"
  key_vault_key_id    = azurerm_key_vault_key.key.id
}

resource "azurerm_managed_disk" "disk" {
  for_each               = var.zones
  name                   = "disk-${each.value.name}"
  location               = "northeurope"
  resource_group_name    = "rg-fixed"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = each.value.size
  disk_encryption_set_id = azurerm_disk_encryption_set.des["a"].id
}
