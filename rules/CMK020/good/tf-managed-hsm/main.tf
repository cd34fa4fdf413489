# A managed HSM may serve regions other than its own.

provider "azurerm" {
  features {}
}

data "azurerm_client_config" "current" {}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_resource_group" "remote" {
  name     = "rg-remote"
  location = "northeurope"
}

resource "azurerm_key_vault_managed_hardware_security_module" "disks" {
  name                     = "hsm-disks"
  location                 = azurerm_resource_group.remote.location
  resource_group_name      = azurerm_resource_group.remote.name
  tenant_id                = data.azurerm_client_config.current.tenant_id
  sku_name                 = "Standard_B1"
  admin_object_ids         = [data.azurerm_client_config.current.object_id]
  purge_protection_enabled = true
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  managed_hsm_key_id  = "https://hsm-disks.managedhsm.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_key_vault_managed_hardware_security_module_role_assignment" "disks" {
  managed_hsm_id     = azurerm_key_vault_managed_hardware_security_module.disks.id
  name               = "6d0f2e51-1d5c-4f43-9a64-0c6a6a3b7c11"
  scope              = "/keys"
  role_definition_id = "/Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/33413926-3206-4cdd-b39a-83574fe37a17"
  principal_id       = azurerm_disk_encryption_set.disks.identity[0].principal_id
}
