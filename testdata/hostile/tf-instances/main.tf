# More instances than anyone deploys.
resource "azurerm_managed_disk" "d" {
  count    = 1000000
  name     = "d${count.index}"
  location = "westeurope"
}
