# One disk of the two takes another set than the image version.

provider "azurerm" {
  features {}
}

variable "os_disk_snapshot_id" {
  type = string
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "images" {
  name                = "des-images"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "apps" {
  name                = "des-apps"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/apps/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_shared_image_version" "golden" {
  name                = "1.0.0"
  gallery_name        = "gal_images"
  image_name          = "ubuntu"
  location            = azurerm_resource_group.disks.location
  resource_group_name = azurerm_resource_group.disks.name
  os_disk_snapshot_id = var.os_disk_snapshot_id

  target_region {
    name                   = azurerm_resource_group.disks.location
    regional_replica_count = 1
    disk_encryption_set_id = azurerm_disk_encryption_set.images.id
  }
}

resource "azurerm_managed_disk" "apps" {
  for_each = {
    web = azurerm_disk_encryption_set.images.id
    app = azurerm_disk_encryption_set.apps.id
  }

  name                       = "disk-${each.key}"
  location                   = azurerm_resource_group.disks.location
  resource_group_name        = azurerm_resource_group.disks.name
  storage_account_type       = "Premium_LRS"
  create_option              = "FromImage"
  gallery_image_reference_id = azurerm_shared_image_version.golden.id
  disk_encryption_set_id     = each.value # expect: CMK010
}
