variable "vms" { type = map(object({ ade = bool })) }
resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azurerm_linux_virtual_machine" "vm" {
  for_each = var.vms
  name                  = each.key
  location              = "westeurope"
  resource_group_name   = "rg"
  size                  = "Standard_D2s_v5"
  admin_username        = "op"
  network_interface_ids = []
  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}
resource "azurerm_virtual_machine_extension" "ade" {
  for_each = { for k, v in var.vms : k => v if v.ade }
  name                 = "ade"
  virtual_machine_id   = azurerm_linux_virtual_machine.vm[each.key].id
  publisher            = "Microsoft.Azure.Security"
  type                 = "AzureDiskEncryptionForLinux"
  type_handler_version = "1.1"
  settings             = jsonencode({ EncryptionOperation = "EnableEncryption", VolumeType = "All" })
}
resource "azurerm_managed_disk" "x" {
  name                   = "${each.key}-d"
  location               = "westeurope"
  resource_group_name    = "rg"
  storage_account_type   = "Premium_LRS"
  create_option          = "Empty"
  disk_size_gb           = 10
  for_each = { for k, v in var.vms : k => v if !v.ade }
  disk_encryption_set_id = azurerm_disk_encryption_set.d.id
}
resource "azurerm_virtual_machine_data_disk_attachment" "a" {
  for_each = azurerm_managed_disk.x
  managed_disk_id = each.value.id
  virtual_machine_id = azurerm_linux_virtual_machine.vm[each.key].id
  lun = 0
  caching = "None"
}
