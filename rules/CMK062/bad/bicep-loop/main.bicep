param imageId string
param location string = 'westeurope'

var regions = [
  'westeurope'
  'northeurope'
]

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
      targetRegions: [for region in regions: {
        name: region // expect: CMK062
        encryption: region == 'westeurope' ? {
          osDiskImage: {
            diskEncryptionSetId: westSet.id
          }
        } : null
      }]
    }
  }
}
