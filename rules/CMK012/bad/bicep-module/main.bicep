// The module would do; the caller gives it another set.

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
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/backup/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
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

module snapshot 'modules/snapshot.bicep' = {
  name: 'snapshot'
  params: {
    location: location
    diskId: disk.id
    encryptionSetId: backupSet.id // expect: CMK012
  }
}
