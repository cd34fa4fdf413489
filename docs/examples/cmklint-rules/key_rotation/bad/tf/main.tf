data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "keys" {
  name     = "rg-keys"
  location = "westeurope"
}

resource "azurerm_key_vault" "keys" {
  name                     = "kv-disks-weu"
  resource_group_name      = azurerm_resource_group.keys.name
  location                 = azurerm_resource_group.keys.location
  tenant_id                = data.azurerm_client_config.current.tenant_id
  sku_name                 = "standard"
  purge_protection_enabled = true
}

resource "azurerm_key_vault_key" "disks" {
  name            = "disks"
  key_vault_id    = azurerm_key_vault.keys.id
  key_type        = "RSA"
  key_size        = 3072
  key_opts        = ["wrapKey", "unwrapKey"]
  expiration_date = "2027-12-31T00:00:00Z" # expect: ORG002
}
