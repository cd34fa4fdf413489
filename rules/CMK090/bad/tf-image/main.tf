provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_image" "base" { # expect: CMK090
  name                = "img-base"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  hyper_v_generation  = "V2"

  os_disk {
    storage_type = "Premium_LRS"
    os_type      = "Linux"
    os_state     = "Generalized"
    blob_uri     = "https://stimages.blob.core.windows.net/vhds/base.vhd"
    size_gb      = 30
  }
}
