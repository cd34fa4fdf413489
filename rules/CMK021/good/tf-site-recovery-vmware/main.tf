provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "recovered" {
  name     = "rg-recovered"
  location = "westeurope"
}

resource "azurerm_recovery_services_vault" "dr" {
  name                = "rsv-dr"
  resource_group_name = azurerm_resource_group.recovered.name
  location            = azurerm_resource_group.recovered.location
  sku                 = "Standard"
}

resource "azurerm_site_recovery_vmware_replicated_vm" "app" {
  name                                       = "app-01"
  recovery_vault_id                          = azurerm_recovery_services_vault.dr.id
  source_vm_name                             = "app-01"
  appliance_name                             = "appliance"
  recovery_replication_policy_id             = var.policy_id
  physical_server_credential_name            = "app"
  license_type                               = "NotSpecified"
  target_boot_diagnostics_storage_account_id = var.storage_account_id
  target_vm_name                             = "app-01"
  target_resource_group_id                   = azurerm_resource_group.recovered.id
  default_log_storage_account_id             = var.storage_account_id
  default_recovery_disk_type                 = "Premium_LRS"
  target_network_id                          = var.network_id
  default_target_disk_encryption_set_id      = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-recovered"

  managed_disk {
    disk_id                       = "6000c294-0000-0000-0000-000000000000"
    target_disk_type              = "Premium_LRS"
    target_disk_encryption_set_id = var.set_id
  }
}

variable "policy_id" {
  type = string
}

variable "storage_account_id" {
  type = string
}

variable "network_id" {
  type = string
}

variable "set_id" {
  type = string
}
