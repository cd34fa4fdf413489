param imageId string
param location string = 'westeurope'

param encrypt bool

resource westSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-images-weu'
}

// Encrypted or not, there is one copy only.
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
          encryption: encrypt ? {
            osDiskImage: {
              diskEncryptionSetId: westSet.id
            }
          } : null
        }
      ]
    }
  }
}
