resource "azurerm_virtual_machine" "vm" {
  name = "vm"
  location = "westeurope"
  resource_group_name = "rg"
  vm_size = "Standard_D2s_v5"
  network_interface_ids = []
  storage_os_disk {
    name = "os"
    create_option = "FromImage"
    vhd_uri = "https://x.blob.core.windows.net/vhds/os.vhd"
  }
  storage_data_disk {
    name = "d"
    lun = 0
    create_option = "Empty"
    disk_size_gb = 10
    vhd_uri = "https://x.blob.core.windows.net/vhds/d.vhd"
  }
}
