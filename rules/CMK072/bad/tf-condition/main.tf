terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "shared" {
  name                = "kv-shared-weu"
  resource_group_name = "rg-shared"
}

data "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.shared.id
}

variable "pin_version" {
  type = bool
}

resource "azurerm_disk_encryption_set" "disks" {
  name                      = "des-disks"
  resource_group_name       = azurerm_resource_group.disks.name
  location                  = azurerm_resource_group.disks.location
  key_vault_key_id          = var.pin_version ? data.azurerm_key_vault_key.disks.id : data.azurerm_key_vault_key.disks.versionless_id # expect: CMK072
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
