// The parameter file beside this one chooses the size.

@allowed([1024, 2048, 3072, 4096])
param keySize int = 4096

param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-disks-weu'
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'RSA'
    keySize: keySize
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
