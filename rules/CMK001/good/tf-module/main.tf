# One key encrypts disks, the other signs packages: only the first is an encryption set's.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

module "data_key" {
  source       = "./modules/key"
  name         = "data"
  key_vault_id = data.azurerm_key_vault.disks.id
}

module "packages_key" {
  source       = "./modules/key"
  name         = "packages"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = "EC"
}

resource "azurerm_disk_encryption_set" "data" {
  name                = "des-data"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.data_key.id

  identity {
    type = "SystemAssigned"
  }
}
