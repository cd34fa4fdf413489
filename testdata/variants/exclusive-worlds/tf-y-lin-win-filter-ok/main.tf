variable "vms" { type = map(object({ os = string, cmk = bool })) }
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_linux_virtual_machine" "vm" {
  for_each = { for k, v in var.vms : k => v if v.os == "linux" }
  name                  = each.key
  location              = "westeurope"
  resource_group_name   = "rg"
  size                  = "Standard_D2s_v5"
  admin_username        = "op"
  network_interface_ids = []
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
    disk_encryption_set_id = each.value.cmk ? azurerm_disk_encryption_set.d.id : null
  }
}
resource "azurerm_virtual_machine_extension" "ade" {
  for_each = { for k, v in var.vms : k => v if v.os == "linux" && !v.cmk }
  name                 = "ade"
  virtual_machine_id   = azurerm_linux_virtual_machine.vm[each.key].id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryptionForLinux"
  type_handler_version = "1.1"
  settings             = jsonencode({ EncryptionOperation = "EnableEncryption", VolumeType = "All" })
}
