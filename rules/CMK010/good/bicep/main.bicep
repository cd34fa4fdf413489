// Each target region has its own set; the disk takes the one of its region.

param sourceVmId string

resource westSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-weu'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource northSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-neu'
  location: 'northeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-neu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource imageDefinition 'Microsoft.Compute/galleries/images@2024-03-03' existing = {
  name: 'gal_images/ubuntu'
}

resource version 'Microsoft.Compute/galleries/images/versions@2024-03-03' = {
  parent: imageDefinition
  name: '1.0.0'
  location: 'westeurope'
  properties: {
    publishingProfile: {
      targetRegions: [
        {
          name: 'westeurope'
          encryption: { osDiskImage: { diskEncryptionSetId: westSet.id } }
        }
        {
          name: 'northeurope'
          encryption: { osDiskImage: { diskEncryptionSetId: northSet.id } }
        }
      ]
    }
    storageProfile: { source: { virtualMachineId: sourceVmId } }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-app'
  location: 'northeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'FromImage'
      galleryImageReference: { id: version.id }
    }
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: northSet.id
    }
  }
}
