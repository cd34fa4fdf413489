param imageId string
param keySubscriptionId string = subscription().subscriptionId
param location string = resourceGroup().location

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
          name: location
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: resourceId(keySubscriptionId, 'rg-keys', 'Microsoft.Compute/diskEncryptionSets', 'des-images')
            }
          }
        }
      ]
    }
  }
}
