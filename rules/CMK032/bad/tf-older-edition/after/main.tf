resource "azapi_resource" "disk" {
  type      = "Microsoft.Compute/disks@2024-03-02"
  name      = "disk-data"
  parent_id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-disks"
  location  = "westeurope"

  body = {
    sku = { name = "Premium_LRS" }
    properties = {
      creationData = { createOption = "Empty" }
      diskSizeGB   = 64
      encryption = {
        type = "EncryptionAtRestWithPlatformKey" # expect: CMK032
      }
    }
  }
}
