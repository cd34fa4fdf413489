# A managed HSM holds other key types as well.

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault_managed_hardware_security_module" "disks" {
  name                = "hsm-disks"
  resource_group_name = "rg-security"
}

resource "azurerm_key_vault_managed_hardware_security_module_key" "disks" {
  name           = "disks"
  managed_hsm_id = data.azurerm_key_vault_managed_hardware_security_module.disks.id
  key_type       = "EC-HSM" # expect: CMK001
  curve          = "P-256"
  key_opts       = ["sign", "verify"]
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  managed_hsm_key_id  = azurerm_key_vault_managed_hardware_security_module_key.disks.versioned_id

  identity {
    type = "SystemAssigned"
  }
}
