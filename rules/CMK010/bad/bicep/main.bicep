// The image version is encrypted in the region of the disk, with another key.

param location string = 'westeurope'

param sourceVmId string

resource imageSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-images'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource appSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-apps'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/apps/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource imageDefinition 'Microsoft.Compute/galleries/images@2024-03-03' existing = {
  name: 'gal_images/ubuntu'
}

resource version 'Microsoft.Compute/galleries/images/versions@2024-03-03' = {
  parent: imageDefinition
  name: '1.0.0'
  location: location
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          name: location
          encryption: { osDiskImage: { diskEncryptionSetId: imageSet.id } }
        }
      ]
    }
    storageProfile: { source: { virtualMachineId: sourceVmId } }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-app'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'FromImage'
      galleryImageReference: { id: version.id }
    }
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: appSet.id // expect: CMK010
    }
  }
}
