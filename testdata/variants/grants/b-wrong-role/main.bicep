resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-x1'
  location: 'westeurope'
  properties: { tenantId: tenant().tenantId, sku: { name: 'premium', family: 'A' }, enablePurgeProtection: true, accessPolicies: [] }
}
resource k 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: kv
  name: 'k'
  properties: { kty: 'RSA', keySize: 2048 }
}
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: k.properties.keyUriWithVersion }
    
  }
}
resource ra 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid('a')
  scope: kv
  properties: { principalId: des.identity.principalId, roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7') }
}
