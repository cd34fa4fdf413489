param location string

param diskId string

param encryptionSetId string

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: location
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: diskId
    }
    incremental: true
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: encryptionSetId
    }
  }
}
