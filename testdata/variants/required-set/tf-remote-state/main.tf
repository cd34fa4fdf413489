data "terraform_remote_state" "s" {
  backend = "azurerm"
  config = {}
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
  disk_encryption_set_id = data.terraform_remote_state.s.outputs.des_id
}
