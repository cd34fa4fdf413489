provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "blue" {
  source = "./modules/sets"

  resource_group = azurerm_resource_group.disks.name
  location       = azurerm_resource_group.disks.location
  names          = ["des-blue-app", "des-blue-data"]
}

module "green" {
  source = "./modules/sets"

  resource_group = azurerm_resource_group.disks.name
  location       = azurerm_resource_group.disks.location
  names          = ["des-green-app", "des-green-data"]
}
