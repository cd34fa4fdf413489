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
    encryptionType: 'EncryptionAtRestWithCustomerKey'
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: 'westeurope'
  sku: {
    name: 'PremiumV2_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      diskEncryptionSetId: set.id
    }
  }
}
