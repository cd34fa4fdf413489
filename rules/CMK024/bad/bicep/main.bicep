resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-disks'
  location: 'westeurope'
}

resource set 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: 'westeurope'
  sku: {
    name: 'UltraSSD_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      diskEncryptionSetId: set.id // expect: CMK024
    }
  }
}
