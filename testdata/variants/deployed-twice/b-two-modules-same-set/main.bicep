resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-x1'
  location: 'westeurope'
  properties: { tenantId: tenant().tenantId, sku: { name: 'premium', family: 'A' }, enablePurgeProtection: true, accessPolicies: [] }
}
resource k 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: kv
  name: 'k'
  properties: { kty: 'EC', keySize: 2048 }
}
module a 's.bicep' = {
 name: 'a'
 params: { url: k.properties.keyUriWithVersion, rot: false }
}
module b 's.bicep' = {
 name: 'b'
 params: { url: k.properties.keyUriWithVersion, rot: true }
 dependsOn: [a]
}
