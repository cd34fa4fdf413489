variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "names" {
  type = list(string)
}

resource "azurerm_disk_encryption_set" "this" { # expect: CMK050
  for_each = toset(var.names)

  name                = each.value
  resource_group_name = var.resource_group
  location            = var.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}
