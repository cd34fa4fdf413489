provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "encryption" {
  source = "./modules/encryption"

  resource_group = azurerm_resource_group.disks.name
  location       = azurerm_resource_group.disks.location
  tenant_id      = data.azurerm_client_config.current.tenant_id
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = module.encryption.set_id
}
