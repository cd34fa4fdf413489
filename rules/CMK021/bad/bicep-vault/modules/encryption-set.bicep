// The existing vault is in the subscription of its scope.

param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-disks-weu'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-security')
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' existing = {
  parent: vault
  name: 'disks'
}

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: key.properties.keyUriWithVersion // expect: CMK021
    }
  }
}
