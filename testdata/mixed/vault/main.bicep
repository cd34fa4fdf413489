param location string = 'westeurope'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = { // expect: CMK070
  name: 'kv-atlas-weu'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'EC' // expect: CMK001
    curveName: 'P-256'
  }
}
