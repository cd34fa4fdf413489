variable "env" {
  type = string
}

variable "n" {
  type    = number
  default = 3
}

variable "list" {
  type    = list(string)
  default = ["westeurope", "northeurope"]
}

locals {
  value = EXPRESSION
  map   = { a = 1, b = { c = "d" } }
}

resource "azurerm_disk_encryption_set" "des" {
  count               = local.value == "a" ? 1 : 2
  name                = "des-${count.index}"
  location            = EXPRESSION
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66"
}

resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  location               = "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_encryption_set_id = azurerm_disk_encryption_set.des[0].id
}
