provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-recovery"
  location = "northeurope"
}

resource "azurerm_recovery_services_vault" "apps" {
  name                = "rsv-apps"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  sku                 = "Standard"
}

resource "azurerm_site_recovery_fabric" "target" {
  name                = "fabric-target"
  resource_group_name = azurerm_resource_group.disks.name
  recovery_vault_name = azurerm_recovery_services_vault.apps.name
  location            = "northeurope"
}

resource "azurerm_site_recovery_protection_container" "target" {
  name                 = "container-target"
  resource_group_name  = azurerm_resource_group.disks.name
  recovery_vault_name  = azurerm_recovery_services_vault.apps.name
  recovery_fabric_name = azurerm_site_recovery_fabric.target.name
}

variable "policy_id" {
  type = string
}

variable "machine_id" {
  type = string
}

variable "staging_account_id" {
  type = string
}

resource "azurerm_site_recovery_replicated_vm" "app" {
  name                                      = "vm-app"
  resource_group_name                       = azurerm_resource_group.disks.name
  recovery_vault_name                       = azurerm_recovery_services_vault.apps.name
  source_recovery_fabric_name               = "fabric-source"
  source_vm_id                              = var.machine_id
  recovery_replication_policy_id            = var.policy_id
  source_recovery_protection_container_name = "container-source"
  target_resource_group_id                  = azurerm_resource_group.disks.id
  target_recovery_fabric_id                 = azurerm_site_recovery_fabric.target.id
  target_recovery_protection_container_id   = azurerm_site_recovery_protection_container.target.id

  managed_disk { # expect: CMK027
    disk_id                    = azurerm_managed_disk.data.id
    staging_storage_account_id = var.staging_account_id
    target_resource_group_id   = azurerm_resource_group.disks.id
    target_disk_type           = "Premium_LRS"
    target_replica_disk_type   = "Premium_LRS"
  }
}

resource "azurerm_resource_group" "source" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "source" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.source.name
  location            = azurerm_resource_group.source.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "data" {
  name                   = "disk-data"
  resource_group_name    = azurerm_resource_group.source.name
  location               = azurerm_resource_group.source.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = azurerm_disk_encryption_set.source.id
}
