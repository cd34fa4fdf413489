param location string = resourceGroup().location

param encryptionSetId string

param imageId string

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-app'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'FromImage'
      imageReference: {
        id: imageId
      }
    }
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: encryptionSetId
    }
  }
}
