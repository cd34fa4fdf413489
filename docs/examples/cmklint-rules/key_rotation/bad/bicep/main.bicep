resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-disks-weu'
  location: 'westeurope'
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'RSA'
    keySize: 3072
    attributes: {
      exp: 1830211200 // expect: ORG002
    }
  }
}
