resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-prod'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'data'
  location: 'westeurope'
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: encryptionSet.id
    }
  }
}
