resource "azurerm_disk_encryption_set" "d" {
  name                = "des-d"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv-abc.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef"
  identity { type = "SystemAssigned" }
}
resource "azapi_resource" "x" {
  type = "Microsoft.Compute/disks@2023-10-02"
  name = "x"
  location = "northeurope"
  parent_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg"
  body = jsondecode(templatefile("${path.module}/d.json", { set = azurerm_disk_encryption_set.d.id }))
}
