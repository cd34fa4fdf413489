resource "azurerm_key_vault_managed_hardware_security_module" "h" {
  name = "hsm"
  resource_group_name = "rg"
  location = "westeurope"
  sku_name = "Standard_B1"
  tenant_id = "11111111-1111-1111-1111-111111111111"
  admin_object_ids = ["11111111-1111-1111-1111-111111111112"]
  purge_protection_enabled = true
}
resource "azurerm_key_vault_managed_hardware_security_module_key" "k" {
  name = "k"
  managed_hsm_id = azurerm_key_vault_managed_hardware_security_module.h.id
  key_type = "RSA-HSM"
  key_size = 2048
  key_opts = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_managed_hardware_security_module_key.k.versioned_id
  identity {
    type = "SystemAssigned"
  }
}
