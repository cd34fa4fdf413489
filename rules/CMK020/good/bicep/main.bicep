// Each region has a set of its own.

var regions = ['westeurope', 'northeurope']

resource encryptionSets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [
  for region in regions: {
    name: 'des-${region}'
    location: region
    identity: { type: 'SystemAssigned' }
    properties: {
      activeKey: { keyUrl: 'https://kv-${region}.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' }
    }
  }
]

resource disks 'Microsoft.Compute/disks@2024-03-02' = [
  for (region, i) in regions: {
    name: 'disk-${region}'
    location: region
    sku: { name: 'Premium_LRS' }
    properties: {
      creationData: { createOption: 'Empty' }
      diskSizeGB: 64
      encryption: {
        type: 'EncryptionAtRestWithCustomerKey'
        diskEncryptionSetId: encryptionSets[i].id
      }
    }
  }
]
