param imageId string
param location string = 'westeurope'

var regions = [
  'westeurope'
  'northeurope'
]

resource sets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for region in regions: {
  name: 'des-images-${region}'
  location: region
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-${region}.vault.azure.net/keys/images/0123456789abcdef0123456789abcdef'
    }
  }
}]

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
      targetRegions: [for (region, i) in regions: {
        name: region
        encryption: {
          osDiskImage: {
            diskEncryptionSetId: sets[i].id
          }
        }
      }]
    }
  }
}
