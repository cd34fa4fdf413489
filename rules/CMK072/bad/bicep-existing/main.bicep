param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-shared-weu'

  resource key 'keys' existing = {
    name: 'disks'
  }
}

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      sourceVault: {
        id: vault.id
      }
      keyUrl: vault::key.properties.keyUri // expect: CMK072
    }
    rotationToLatestKeyVersionEnabled: false
  }
}
