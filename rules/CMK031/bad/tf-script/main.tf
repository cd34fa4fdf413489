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

resource "azurerm_resource_deployment_script_azure_power_shell" "move" {
  name                = "move"
  resource_group_name = azurerm_resource_group.app.name
  location            = azurerm_resource_group.app.location
  version             = "12.0"
  retention_interval  = "P1D"
  script_content      = "Move-AzResource -DestinationSubscriptionId 22222222-2222-2222-2222-222222222222 -DestinationResourceGroupName rg-app -ResourceId /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-app/providers/Microsoft.Compute/disks/d -Force" # expect: CMK031
}
