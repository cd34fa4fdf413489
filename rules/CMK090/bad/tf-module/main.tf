provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "disk" {
  source   = "./modules/disk"
  for_each = toset(["app", "log"])

  name           = "disk-${each.key}"
  resource_group = azurerm_resource_group.disks.name
  location       = azurerm_resource_group.disks.location
}
