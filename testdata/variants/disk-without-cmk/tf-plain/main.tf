resource "azurerm_linux_virtual_machine" "vm" {
  name                  = "vm"
  location              = "westeurope"
  resource_group_name   = "rg"
  size                  = "Standard_D2s_v5"
  admin_username        = "op"
  network_interface_ids = []
  os_disk {
    caching              = "ReadOnly"
    storage_account_type = "Premium_LRS"
  }
}
