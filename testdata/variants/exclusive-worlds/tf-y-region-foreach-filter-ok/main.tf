variable "disks" { type = map(object({ dr = bool })) }
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_disk_encryption_set" "e" {
  name                = "des-e"
  location            = "northeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_managed_disk" "x" {
  name                   = each.key
  location               = each.value.dr ? "northeurope" : "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  for_each = var.disks
  disk_encryption_set_id = each.value.dr ? azurerm_disk_encryption_set.e.id : azurerm_disk_encryption_set.d.id
}
resource "azurerm_snapshot" "s" {
  for_each = { for k, v in var.disks : k => v if v.dr }
  name = each.key
  location = "northeurope"
  resource_group_name = "rg"
  create_option = "Copy"
  source_uri = azurerm_managed_disk.x[each.key].id
}
