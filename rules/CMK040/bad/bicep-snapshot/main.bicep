// A snapshot that states both.

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
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

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: 'westeurope'
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryptionSettingsCollection: {
      enabled: true // expect: CMK040
    }
    encryption: {
      diskEncryptionSetId: encryptionSet.id
    }
  }
}
