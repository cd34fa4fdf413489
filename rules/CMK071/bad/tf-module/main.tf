provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "vault" {
  source              = "./modules/vault"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.vault.key_id

  identity {
    type = "SystemAssigned" # expect: CMK071
  }
}
