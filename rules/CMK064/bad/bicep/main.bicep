param machineId string

resource set 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {
  name: 'gal'
}

resource image 'Microsoft.Compute/galleries/images@2023-07-03' existing = {
  parent: gallery
  name: 'web'
}

resource first 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {
  parent: image
  name: '1.0.0'
  location: 'westeurope'
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          name: 'westeurope'
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: set.id
            }
          }
        }
      ]
    }
    storageProfile: {
      source: {
        id: machineId
      }
    }
  }
}

resource second 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {
  parent: image
  name: '1.0.1'
  location: 'westeurope'
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          name: 'westeurope'
          regionalReplicaCount: 1
          encryption: {
            osDiskImage: {
              diskEncryptionSetId: set.id
            }
          }
        }
      ]
    }
    storageProfile: {
      source: {
        id: first.id // expect: CMK064
      }
    }
  }
}
