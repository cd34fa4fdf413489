// Two sets with two versions of one key: the same key.

param location string = resourceGroup().location

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource backupSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-backup'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/3b7e52a90c1f4e6d9a48d5f2c7b08e13'
    }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: location
  sku: { name: 'Premium_LRS' }
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

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: location
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: disk.id
    }
    incremental: false
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: backupSet.id
    }
  }
}
