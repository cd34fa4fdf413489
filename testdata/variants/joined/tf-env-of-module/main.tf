resource "azurerm_key_vault" "v" {
  name                       = "kv-v-x1"
  resource_group_name        = "rg"
  location                   = "westeurope"
  tenant_id                  = "11111111-1111-1111-1111-111111111111"
  sku_name                   = "premium"
  purge_protection_enabled   = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "EC"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
variable "envs" {
 default = ["dev", "prod"]
}
module "s" {
  source   = "./s"
  for_each = toset(var.envs)
  key      = azurerm_key_vault_key.k.id
  name     = each.key
}
