variable "n" {
 type = string
}
data "azurerm_disk_encryption_set" "d" {
  name = var.n
  resource_group_name = "rg"
}
resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  encryption_settings {
    enabled = true
  }
  disk_encryption_set_id = data.azurerm_disk_encryption_set.d.id
}
