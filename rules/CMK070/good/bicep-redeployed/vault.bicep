param name string
param location string
param accessPolicies array
param enablePurgeProtection bool = false

resource vault 'Microsoft.KeyVault/vaults@2022-07-01' = {
  name: name
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    accessPolicies: accessPolicies
    enablePurgeProtection: enablePurgeProtection ? true : null
  }
}
