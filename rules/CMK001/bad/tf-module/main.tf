# The module is right for data disks and wrong for logs: the caller says which key type it makes.

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

module "logs_key" {
  source       = "./modules/key"
  name         = "logs"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = "EC" # expect: CMK001
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

resource "azurerm_disk_encryption_set" "logs" {
  name                = "des-logs"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.logs_key.id

  identity {
    type = "SystemAssigned"
  }
}
