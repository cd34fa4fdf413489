locals {
  settings = yamldecode(file("${path.module}/settings.yaml"))
  disks    = yamldecode(templatefile("${path.module}/disks.yaml", { set = azurerm_disk_encryption_set.this.id }))
}

resource "azurerm_disk_encryption_set" "this" {
  name                = "des-disks"
  resource_group_name = "rg-disks"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "this" {
  for_each               = local.settings.disks
  name                   = "disk-${each.key}"
  resource_group_name    = "rg-disks"
  location               = each.value.region
  storage_account_type   = each.value.sku
  create_option          = "Empty"
  disk_size_gb           = each.value.size
  disk_encryption_set_id = local.disks.encryption_set
}
