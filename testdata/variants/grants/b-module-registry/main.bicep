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
module r 'br:example.azurecr.io/role:v1' = {
 name: 'r'
 params: { principalId: des.identity.principalId }
}
