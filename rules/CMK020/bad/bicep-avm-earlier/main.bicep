// Versions before 0.6 take vault and key as inputs of their own.
param location string = 'westeurope'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-disks'
  location: location
}

module vault 'br/public:avm/res/key-vault/vault:0.6.2' = {
  name: 'vault'
  params: {
    name: 'kv-disks-shared'
    location: 'northeurope'
    enablePurgeProtection: true
    enableRbacAuthorization: true
    keys: [
      {
        name: 'disks'
        kty: 'RSA'
        keySize: 4096
      }
    ]
  }
}

module encryptionSet 'br/public:avm/res/compute/disk-encryption-set:0.3.0' = {
  name: 'encryption-set'
  params: {
    name: 'des-disks'
    location: location // expect: CMK020
    keyVaultResourceId: vault.outputs.resourceId
    keyName: 'disks'
    rotationToLatestKeyVersionEnabled: true
    managedIdentities: {
      userAssignedResourceIds: [identity.id]
    }
  }
}
