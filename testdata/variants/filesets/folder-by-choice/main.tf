locals {
  files = fileset(path.module, "{dev,prod}/*.{yaml,yml}")
  disks = { for name in local.files : name => yamldecode(file("${path.module}/${name}")) }
}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "disk" {
  for_each               = local.disks
  name                   = each.value.name
  resource_group_name    = "rg"
  location               = each.value.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 32
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
