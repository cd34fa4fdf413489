provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "confidential" {
  name                = "des-confidential"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-cvm-weu.vault.azure.net/keys/cvm/0123456789abcdef0123456789abcdef"
  encryption_type     = "ConfidentialVmEncryptedWithCustomerKey"

  identity {
    type = "SystemAssigned"
  }
}

module "disks" {
  source = "./modules/disks"

  resource_group = azurerm_resource_group.disks.name
  location       = azurerm_resource_group.disks.location
  set_id         = azurerm_disk_encryption_set.confidential.id # expect: CMK080
}
