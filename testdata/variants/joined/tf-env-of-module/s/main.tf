variable "key" {}
variable "name" {}
resource "azurerm_disk_encryption_set" "a" {
  name                = var.name
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = var.key
  identity {
    type = "SystemAssigned"
  }
}
