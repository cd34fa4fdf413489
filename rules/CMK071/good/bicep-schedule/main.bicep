param location string = resourceGroup().location

var cryptoServiceEncryptionUser = 'e147488a-f6f5-4113-8e2d-b22465e65bf6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-disks-weu'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
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
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      sourceVault: {
        id: vault.id
      }
      keyUrl: key.properties.keyUriWithVersion
    }
  }
}

// Privileged identity management makes the grant.
resource access 'Microsoft.Authorization/roleAssignmentScheduleRequests@2022-04-01-preview' = {
  name: guid(vault.id, 'des-disks', cryptoServiceEncryptionUser)
  scope: vault
  properties: {
    principalId: encryptionSet.identity.principalId
    requestType: 'AdminAssign'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cryptoServiceEncryptionUser)
    scheduleInfo: { expiration: { type: 'NoExpiration' } }
  }
}
