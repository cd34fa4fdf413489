provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.0"
    }
  }
}

resource "azurerm_disk_encryption_set" "off" {
  name                = "des-off"
  resource_group_name = "rg-disks"
  location            = "westeurope"
  key_vault_key_id    = "https://hsm-disks.managedhsm.azure.net/keys/disks" # expect: CMK072

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "on" {
  name                      = "des-on"
  resource_group_name       = "rg-disks"
  location                  = "westeurope"
  key_vault_key_id          = "https://hsm-disks.managedhsm.azure.net/keys/disks/0123456789abcdef0123456789abcdef" # expect: CMK072
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
