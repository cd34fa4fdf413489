variable "loc" {}
variable "des" {}
resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  resource_group_name    = "rg"
  location               = var.loc
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = var.des
}
