resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-x1'
  location: 'West Europe'
  properties: { tenantId: tenant().tenantId, sku: { name: 'premium', family: 'A' }, enablePurgeProtection: true, accessPolicies: [] }
}
module m 'm.bicep' = {
 name: 'm'
 params: { n: kv.name }
}
