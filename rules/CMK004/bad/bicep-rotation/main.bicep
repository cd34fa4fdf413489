// The id of the key as a resource is not the URL of the key; with automatic rotation the URL names no version.

param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-disks-weu'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enablePurgeProtection: true
    enableRbacAuthorization: true
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'RSA'
    keySize: 4096
  }
}

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    rotationToLatestKeyVersionEnabled: true
    activeKey: {
      sourceVault: { id: vault.id }
      keyUrl: key.id // expect: CMK004
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, encryptionSet.id)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6')
    principalId: encryptionSet.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
