resource "azurerm_disk_encryption_set" "des" {
  name                = "des"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity {
    type = "SystemAssigned"
  }
}
# cmklint-ignore: CMK020 -- later
module "d" {
  name   = "d"
  source = "./m"
  loc    = "northeurope"
  des    = azurerm_disk_encryption_set.des.id
}
module "e" {
  name   = "e"
  source = "./m"
  loc    = "northeurope"
  des    = azurerm_disk_encryption_set.des.id
}
