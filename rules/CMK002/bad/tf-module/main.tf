# The second call gives a size that disks cannot use.

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

module "keys" {
  source       = "./modules/key"
  for_each     = { web = 3072, app = 1024 }
  name         = each.key
  key_size     = each.value # expect: CMK002
  key_vault_id = data.azurerm_key_vault.disks.id
}

resource "azurerm_disk_encryption_set" "web" {
  name                = "des-web"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.keys["web"].id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "app" {
  name                = "des-app"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = module.keys["app"].id

  identity {
    type = "SystemAssigned"
  }
}
