variable "c" {
 type = object({ cmk = bool })
 default = { cmk = false }
}

resource "azurerm_key_vault" "kv" {
  name                     = "kv-a"
  location                 = "westeurope"
  resource_group_name      = "rg-a"
  tenant_id                = "00000000-0000-0000-0000-000000000000"
  sku_name                 = "premium"
  purge_protection_enabled = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.kv.id
  key_type     = "RSA"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "des" {
  count = var.c.cmk ? 1 : 0
  name                = "des-a"
  location            = "westeurope"
  resource_group_name = "rg-a"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity { type = "SystemAssigned" }
}
resource "azurerm_key_vault_access_policy" "des" {
  key_vault_id    = azurerm_key_vault.kv.id
  tenant_id       = "00000000-0000-0000-0000-000000000000"
  object_id       = azurerm_disk_encryption_set.des[0].identity[0].principal_id
  key_permissions = ["Get", "WrapKey", "UnwrapKey"]
}

resource "azurerm_managed_disk" "d" {
  
  name                   = "disk-d"
  location               = "northeurope"
  resource_group_name    = "rg-a"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = var.c.cmk ? azurerm_disk_encryption_set.des[0].id : null
  
}
