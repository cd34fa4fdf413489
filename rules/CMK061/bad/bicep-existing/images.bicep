param imageId string
param setId string
param location string = 'westeurope'

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
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: setId
            }
          }
        }
      ]
    }
  }
}
