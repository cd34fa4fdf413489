data "local_file" "disk" {
  filename = "${path.module}/disk.json"
}

locals {
  disk = jsondecode(data.local_file.disk.content)
}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des-a"
  location            = "westeurope"
  resource_group_name = "rg-a"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "d" {
  name                   = "disk-a"
  location               = local.disk.region
  resource_group_name    = "rg-a"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 8
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
