variable "resource_group" {
  type = string
}

variable "location" {
  type = string
}

variable "set_id" {
  type = string
}

resource "azurerm_managed_disk" "this" {
  count = 2

  name                   = "disk-${count.index}"
  resource_group_name    = var.resource_group
  location               = var.location
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 128
  disk_encryption_set_id = var.set_id
}
