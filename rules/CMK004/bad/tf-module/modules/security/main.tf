variable "resource_group_name" {
  type = string
}

data "azurerm_key_vault" "disks" {
  name                = "kv-disks-weu"
  resource_group_name = var.resource_group_name
}

output "key_id" {
  value = data.azurerm_key_vault.disks.id
}
