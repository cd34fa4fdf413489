targetScope = 'subscription'
resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = { name: 'rg-a', location: 'northeurope' }
module k 'kv.bicep' = { scope: rg }
