param location string = resourceGroup().location
param confidential bool
param imageId string

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
    encryptionType: confidential ? 'ConfidentialVmEncryptedWithCustomerKey' : 'EncryptionAtRestWithCustomerKey'
  }
}

// The same condition picks the attribute that fits the set's type.
resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-os'
  location: location
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'FromImage'
      imageReference: {
        id: imageId
      }
    }
    encryption: confidential ? null : {
      diskEncryptionSetId: encryptionSet.id
    }
    securityProfile: confidential ? {
      securityType: 'ConfidentialVM_DiskEncryptedWithCustomerKey'
      secureVMDiskEncryptionSetId: encryptionSet.id
    } : null
  }
}
