// A managed HSM always serves HSM keys.

param location string = resourceGroup().location

resource hsm 'Microsoft.KeyVault/managedHSMs@2023-07-01' existing = {
  name: 'hsm-disks'
}

resource key 'Microsoft.KeyVault/managedHSMs/keys@2023-07-01' = {
  parent: hsm
  name: 'disks'
  properties: {
    kty: 'RSA-HSM'
    keySize: 3072
  }
}

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      sourceVault: { id: hsm.id }
      keyUrl: key.properties.keyUriWithVersion
    }
  }
}
