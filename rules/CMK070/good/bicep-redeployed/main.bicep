// The set needs the vault before this deploys it once more with the policy: what it leaves out stays as it was.

param keyVaultResourceId string
param keyName string
resource key 'Microsoft.KeyVault/vaults/keys@2022-07-01' existing = {
  name: '${last(split(keyVaultResourceId, '/'))}/${keyName}'
  scope: resourceGroup(split(keyVaultResourceId, '/')[2], split(keyVaultResourceId, '/')[4])
}

resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: resourceGroup().location
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { sourceVault: { id: keyVaultResourceId }, keyUrl: key.properties.keyUriWithVersion } }
}

module policies 'vault.bicep' = {
  name: 'policies'
  scope: resourceGroup(split(keyVaultResourceId, '/')[2], split(keyVaultResourceId, '/')[4])
  params: {
    name: last(split(keyVaultResourceId, '/'))
    location: resourceGroup().location
    accessPolicies: [ { tenantId: subscription().tenantId, objectId: des.identity.principalId, permissions: { keys: [ 'get', 'wrapKey', 'unwrapKey' ] } } ]
  }
}
