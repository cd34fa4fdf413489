variable "disk_location" {
  type    = string
  default = "westeurope"
}

variable "env" {
  type    = string
  default = "dev"
}

variable "set_location" {
  type    = string
  default = "westeurope"
}

resource "azurerm_disk_encryption_set" "des" {
  name                = "des-${var.env}"
  resource_group_name = "rg"
  location            = var.set_location
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  resource_group_name    = "rg"
  location               = var.disk_location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 32
  disk_encryption_set_id = azurerm_disk_encryption_set.des.id
}
