param location string = resourceGroup().location
param imageId string

resource imageSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-images-weu'
}

resource gallery 'Microsoft.Compute/galleries@2023-07-03' = {
  name: 'gal_platform'
  location: location
  properties: {
    sharingProfile: {
      permissions: 'Groups' // expect: CMK063
    }
  }
}

resource image 'Microsoft.Compute/galleries/images@2023-07-03' = {
  parent: gallery
  name: 'ubuntu-base'
  location: location
  properties: {
    osType: 'Linux'
    osState: 'Generalized'
    identifier: {
      publisher: 'platform'
      offer: 'ubuntu'
      sku: 'base'
    }
  }
}

resource version 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {
  parent: image
  name: '1.0.0'
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
          name: location
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: imageSet.id
            }
          }
        }
      ]
    }
  }
}
