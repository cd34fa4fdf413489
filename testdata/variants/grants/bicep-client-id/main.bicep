resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-one'
  location: 'westeurope'
  properties: { tenantId: tenant().tenantId, sku: { family: 'A', name: 'premium' },  enablePurgeProtection: true, enableRbacAuthorization: true }
}
resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = { parent: kv, name: 'k1', properties: { kty: 'RSA' } }
resource ui 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = { name: 'ui', location: 'westeurope' }
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des-one'
  location: 'westeurope'
  dependsOn: [ra]
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${ui.id}': {} } }
  properties: { activeKey: { sourceVault: { id: kv.id }, keyUrl: key.properties.keyUriWithVersion } }
}
resource ra 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid('x')
  scope: kv
  properties: { principalId: ui.properties.clientId, roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6'), principalType: 'ServicePrincipal' }
}
