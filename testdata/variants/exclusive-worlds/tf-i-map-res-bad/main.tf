locals { regions = { weu = "westeurope", neu = "northeurope" } }
variable "r" {}
resource "azurerm_disk_encryption_set" "d" {
  name                = "d-${each.key}"
  location            = each.value
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  for_each = local.regions
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = { neu = "westeurope", weu = "westeurope" }[var.r]
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = azurerm_disk_encryption_set.d[var.r].id
}
