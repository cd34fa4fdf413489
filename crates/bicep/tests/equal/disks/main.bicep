@allowed(['westeurope', 'northeurope'])
param location string
param vaultName string = 'kv-pair'
param keyName string?

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: vaultName
  location: 'northeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enablePurgeProtection: location == 'westeurope' ? true : null
    accessPolicies: []
  }

  resource key 'keys' = {
    name: keyName ?? 'key'
    properties: { kty: 'RSA-HSM', keySize: 2048 }
  }
}

resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: vault::key.properties.keyUriWithVersion
      sourceVault: { id: vault.id }
    }
  }
}

resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { diskEncryptionSetId: set.id }
  }
}

resource plain 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'plain'
  location: resourceGroup().location
  properties: { creationData: { createOption: 'Empty' } }
}
