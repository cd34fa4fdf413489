data "azurerm_disk_encryption_set" "d" {
  name = "des-d"
  resource_group_name = "rg"
}
data "azurerm_resource_group" "g" { name = "rg-sec" }
resource "azurerm_managed_disk" "x" {
  name                   = "x"
  location               = data.azurerm_resource_group.g.location
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  disk_encryption_set_id = data.azurerm_disk_encryption_set.d.id
}
