param imageId string
param location string = 'westeurope'

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

resource gallery 'Microsoft.Compute/galleries@2023-07-03' = {
  name: 'gal_platform'
  location: location
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
          name: 'westeurope'
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
              diskEncryptionSetId: westSet.id // expect: CMK060
            }
          }
        }
      ]
    }
  }
}
