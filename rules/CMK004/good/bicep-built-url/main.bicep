// URLs built from parts: the vault's own URI, and the cloud's suffix.

param keyVersion string

param location string = resourceGroup().location

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-disks-weu'
}

resource webSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-web'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      sourceVault: { id: vault.id }
      keyUrl: '${vault.properties.vaultUri}keys/disks/${keyVersion}'
    }
  }
}

resource appSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-app'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      sourceVault: { id: vault.id }
      keyUrl: 'https://${vault.name}${environment().suffixes.keyvaultDns}/keys/disks/${keyVersion}'
    }
  }
}
