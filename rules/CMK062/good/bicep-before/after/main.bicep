param imageId string
param location string = 'westeurope'

resource westSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-images-weu'
}

resource version 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {
  name: 'gal_platform/ubuntu-base/1.0.0'
  location: location
  properties: {
    storageProfile: {
      source: {
        id: imageId
      }
    }
    publishingProfile: {
      targetRegions: [
        {
          name: 'westeurope'
          regionalReplicaCount: 2
        }
        {
          name: 'northeurope'
          regionalReplicaCount: 2
        }
      ]
    }
  }
}
