variable "n" {
 type = string
}
resource "azurerm_managed_disk" "disk" {
  name                   = "disk"
  resource_group_name    = "rg"
  location               = "westeurope"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  encryption_settings {
    enabled = true
  }
  disk_encryption_set_id = format("/subscriptions/%s/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/%s", "11111111-1111-1111-1111-111111111111", var.n)
}
