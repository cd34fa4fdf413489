// One vault for each tier; the HSM key is made in both.

param location string = resourceGroup().location

var tiers = ['premium', 'standard']

resource vaults 'Microsoft.KeyVault/vaults@2023-07-01' = [
  for tier in tiers: {
    name: 'kv-${tier}-weu'
    location: location
    properties: {
      tenantId: subscription().tenantId
      sku: { family: 'A', name: tier }
      enablePurgeProtection: true
      enableRbacAuthorization: true
    }
  }
]

resource diskKeys 'Microsoft.KeyVault/vaults/keys@2023-07-01' = [
  for (tier, i) in tiers: {
    parent: vaults[i]
    name: 'disks'
    properties: {
      kty: 'RSA-HSM' // expect: CMK003
    }
  }
]

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      sourceVault: { id: vaults[1].id }
      keyUrl: diskKeys[1].properties.keyUriWithVersion
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vaults[1].id, encryptionSet.id)
  scope: vaults[1]
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6')
    principalId: encryptionSet.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
