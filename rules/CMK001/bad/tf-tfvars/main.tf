# The default would do; terraform.tfvars overrides it.

provider "azurerm" {
  features {}
}

variable "key_type" {
  type    = string
  default = "RSA"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = "rg-security"
}

resource "azurerm_key_vault_key" "disks" {
  name         = "disks"
  key_vault_id = data.azurerm_key_vault.disks.id
  key_type     = var.key_type
  curve        = "P-256"
  key_opts     = ["sign", "verify"]
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = azurerm_key_vault_key.disks.id

  identity {
    type = "SystemAssigned"
  }
}
