param location string = resourceGroup().location

param encryptionSetId string

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: encryptionSetId
    }
  }
}
