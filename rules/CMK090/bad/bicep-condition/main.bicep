param location string = resourceGroup().location
param production bool

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-disks'
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = { // expect: CMK090
  name: 'disk-data'
  location: location
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 128
    encryption: production ? {
      diskEncryptionSetId: encryptionSet.id
    } : null
  }
}
