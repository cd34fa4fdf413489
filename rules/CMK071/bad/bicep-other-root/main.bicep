param location string = resourceGroup().location

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
    type: 'SystemAssigned' // expect: CMK071
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

