# The output that is called key_id gives the vault.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

module "security" {
  source              = "./modules/security"
  resource_group_name = "rg-security"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.security.key_id # expect: CMK004

  identity {
    type = "SystemAssigned"
  }
}
