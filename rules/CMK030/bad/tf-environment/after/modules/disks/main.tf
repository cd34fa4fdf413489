variable "group" {
  type = string
}

variable "set" {
  type = string
}

resource "azurerm_managed_disk" "data" {
  for_each = toset(["a", "b"])

  name                   = "disk-${each.key}"
  location               = "westeurope"
  resource_group_name    = var.group
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 64
  disk_encryption_set_id = var.set
}
