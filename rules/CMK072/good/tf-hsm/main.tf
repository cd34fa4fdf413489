# The provider before 5.0 leaves a managed HSM's key as it is.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.20"
    }
  }
}

resource "azurerm_disk_encryption_set" "off" {
  name                = "des-off"
  resource_group_name = "rg-disks"
  location            = "westeurope"
  managed_hsm_key_id  = "https://hsm-disks.managedhsm.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "on" {
  name                      = "des-on"
  resource_group_name       = "rg-disks"
  location                  = "westeurope"
  managed_hsm_key_id        = "https://hsm-disks.managedhsm.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "latest" {
  name                      = "des-latest"
  resource_group_name       = "rg-disks"
  location                  = "westeurope"
  managed_hsm_key_id        = "https://hsm-disks.managedhsm.azure.net/keys/disks"
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}
