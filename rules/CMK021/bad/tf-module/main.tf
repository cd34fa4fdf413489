# The module is called with the provider of another subscription.

provider "azurerm" {
  alias           = "security"
  subscription_id = "11111111-1111-1111-1111-111111111111"
  features {}
}

provider "azurerm" {
  alias           = "apps"
  subscription_id = "22222222-2222-2222-2222-222222222222"
  features {}
}

module "encryption_set" {
  source    = "./modules/encryption-set"
  providers = { azurerm = azurerm.security }
}

resource "azurerm_resource_group" "apps" {
  provider = azurerm.apps
  name     = "rg-apps"
  location = "westeurope"
}

resource "azurerm_managed_disk" "data" {
  provider               = azurerm.apps
  name                   = "disk-data"
  location               = azurerm_resource_group.apps.location
  resource_group_name    = azurerm_resource_group.apps.name
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = module.encryption_set.id # expect: CMK021
}
