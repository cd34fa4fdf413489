param diskId string

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: 'westeurope'
  properties: {
    incremental: true
    creationData: {
      createOption: 'Copy'
      sourceResourceId: diskId
    }
    encryption: {
      type: 'EncryptionAtRestWithPlatformKey'
    }
  }
}
