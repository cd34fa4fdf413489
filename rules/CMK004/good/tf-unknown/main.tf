# A variable without default, and a URL whose vault is not known: no guess.

provider "azurerm" {
  features {}
}

variable "key_id" {
  type = string
}

variable "vault_name" {
  type = string
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "web" {
  name                = "des-web"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = var.key_id

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "app" {
  name                = "des-app"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://${var.vault_name}.vault.azure.net/keys/app/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}
