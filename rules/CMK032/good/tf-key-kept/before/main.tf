resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azapi_resource" "backup" {
  type      = "Microsoft.Compute/snapshots@2024-03-02"
  name      = "snap-data"
  parent_id = azurerm_resource_group.disks.id
  location  = azurerm_resource_group.disks.location

  body = {
    properties = {
      incremental = true
      creationData = {
        createOption     = "Copy"
        sourceResourceId = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-disks/providers/Microsoft.Compute/disks/disk-data"
      }
      encryption = {
        type                 = "EncryptionAtRestWithCustomerKey"
        diskEncryptionSetId = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-disks"
      }
    }
  }
}
