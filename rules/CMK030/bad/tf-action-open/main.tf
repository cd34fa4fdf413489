# The target is a variable: a move into the same group would be refused, so it is another one.

provider "azurerm" {
  features {}
  subscription_id = "11111111-1111-1111-1111-111111111111"
}

resource "azurerm_resource_group" "app" {
  name     = "rg-app"
  location = "westeurope"
}

data "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg-app"
}

resource "azurerm_managed_disk" "d" {
  name                   = "d"
  resource_group_name    = azurerm_resource_group.app.name
  location               = azurerm_resource_group.app.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = data.azurerm_disk_encryption_set.des.id
}

variable "target" {
  type = string
}

resource "azapi_resource_action" "move" {
  type        = "Microsoft.Resources/resourceGroups@2021-04-01"
  resource_id = azurerm_resource_group.app.id
  action      = "moveResources"
  body = {
    resources = [
      azurerm_managed_disk.d.id, # expect: CMK030
    ]
    targetResourceGroup = var.target
  }
}
