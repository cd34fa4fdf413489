data "azurerm_resource_group" "rg" {
  name = "rg"
}
data "azurerm_disk_encryption_set" "des" {
  name = "des"
  resource_group_name = "rg"
}
resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  resource_group_name    = "rg"
  location               = data.azurerm_disk_encryption_set.des.location == "northeurope" ? "westeurope" : "northeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}
