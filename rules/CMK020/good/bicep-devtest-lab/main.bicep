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

resource lab 'Microsoft.DevTestLab/labs@2018-09-15' = {
  name: 'lab-apps'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: set.id
    }
  }
}
