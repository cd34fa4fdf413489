resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-b'
  location: 'westeurope'
  properties: { tenantId: tenant().tenantId, sku: { family: 'A', name: 'standard' } }
}
