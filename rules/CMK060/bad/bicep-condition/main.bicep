param imageId string
param location string = 'westeurope'
param shareOneSet bool

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

resource northSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-images-neu'
  location: 'northeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-images-neu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
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
              diskEncryptionSetId: shareOneSet ? westSet.id : northSet.id // expect: CMK060
            }
          }
        }
      ]
    }
  }
}
