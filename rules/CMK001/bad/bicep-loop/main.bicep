// The second key of the loop is an elliptic curve key.

param location string = resourceGroup().location

var keys = [
  { name: 'web', kty: 'RSA' }
  { name: 'app', kty: 'EC' }
]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-disks-weu'
}

resource diskKeys 'Microsoft.KeyVault/vaults/keys@2023-07-01' = [
  for k in keys: {
    parent: vault
    name: k.name
    properties: {
      kty: k.kty // expect: CMK001
    }
  }
]

resource encryptionSets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [
  for (k, i) in keys: {
    name: 'des-${k.name}'
    location: location
    identity: { type: 'SystemAssigned' }
    properties: {
      activeKey: {
        sourceVault: { id: vault.id }
        keyUrl: diskKeys[i].properties.keyUriWithVersion
      }
    }
  }
]
