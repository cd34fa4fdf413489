// One set for the disks of two regions.

var regions = ['westeurope', 'northeurope']

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource disks 'Microsoft.Compute/disks@2024-03-02' = [
  for region in regions: {
    name: 'disk-${region}'
    location: region // expect: CMK020
    sku: { name: 'Premium_LRS' }
    properties: {
      creationData: { createOption: 'Empty' }
      diskSizeGB: 64
      encryption: {
        type: 'EncryptionAtRestWithCustomerKey'
        diskEncryptionSetId: encryptionSet.id
      }
    }
  }
]
