targetScope = 'subscription'
resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' existing = { name: 'rg-a' }
module m 'm.bicep' = { name: 'm', scope: rg, params: { l: rg.location } }
