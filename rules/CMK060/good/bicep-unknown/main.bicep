param imageId string
param location string = 'westeurope'
param secondRegion string

resource westSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-images-weu'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-images-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource secondSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-images-second'
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
          name: secondRegion
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: westSet.id
            }
          }
        }
        {
          name: 'northeurope'
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: secondSet.id
            }
          }
        }
      ]
    }
  }
}
