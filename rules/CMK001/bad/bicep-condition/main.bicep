// Nobody knows `hardened` before the deployment: wrong in the world where it is true.

param hardened bool

param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-disks-weu'
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: hardened ? 'EC-HSM' : 'RSA' // expect: CMK001
  }
}

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      sourceVault: { id: vault.id }
      keyUrl: key.properties.keyUriWithVersion
    }
  }
}
