variable "s" {
 type = string
 nullable = false
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
  disk_encryption_set_id = lower(var.s)
}
