# One of the keys in the map is an elliptic curve key.

provider "azurerm" {
  features {}
}

locals {
  keys = {
    web = { type = "RSA", size = 4096, curve = null, opts = ["unwrapKey", "wrapKey"] }
    app = { type = "EC", size = null, curve = "P-256", opts = ["sign", "verify"] }
  }
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

resource "azurerm_key_vault_key" "disks" {
  for_each     = local.keys
  name         = each.key
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = each.value.type # expect: CMK001
  key_size     = each.value.size
  curve        = each.value.curve
  key_opts     = each.value.opts
}

resource "azurerm_disk_encryption_set" "disks" {
  for_each            = local.keys
  name                = "des-${each.key}"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = azurerm_key_vault_key.disks[each.key].id

  identity {
    type = "SystemAssigned"
  }
}
