resource "azurerm_managed_disk" "d" {
  name     = "d"
  location = "westeurope"
}
