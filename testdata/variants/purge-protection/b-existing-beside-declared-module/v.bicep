param pid string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-x1'
  location: 'westeurope'
  properties: { tenantId: tenant().tenantId, sku: { name: 'premium', family: 'A' }, accessPolicies: [ { tenantId: tenant().tenantId, objectId: pid, permissions: { keys: ['get', 'wrapKey', 'unwrapKey'] } } ] }
}
