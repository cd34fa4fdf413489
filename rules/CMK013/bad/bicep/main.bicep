param sourceDiskId string

resource snapshotSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-snapshots'
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

resource otherSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-other'
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
    incremental: true
    creationData: {
      createOption: 'Copy'
      sourceResourceId: sourceDiskId
    }
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: snapshotSet.id
    }
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
      createOption: 'Copy'
      sourceResourceId: snapshot.id
    }
    diskSizeGB: 64
    encryption: {
      diskEncryptionSetId: otherSet.id // expect: CMK013
    }
  }
}
