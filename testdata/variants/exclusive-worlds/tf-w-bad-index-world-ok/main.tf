variable "r" {}
locals { m = { b = "westeurope", a = "northeurope" } }
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = local.m[var.r]
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = { a = "northeurope", b = "westeurope" }[var.r]
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = azurerm_disk_encryption_set.d.id
}
