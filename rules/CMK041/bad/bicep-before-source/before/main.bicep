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

resource legacyDisk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-legacy'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryptionSettingsCollection: {
      enabled: true
      encryptionSettingsVersion: '1.1'
      encryptionSettings: [
        {
          diskEncryptionKey: {
            secretUrl: 'https://kv-ade-weu.vault.azure.net/secrets/volume/3b7e52a90c1f4e6d9a48d5f2c7b08e13'
            sourceVault: { id: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-ade-weu' }
          }
        }
      ]
    }
  }
}

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: location
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: legacyDisk.id
    }
    incremental: true
  }
}
