resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv-x1'
}
resource k 'Microsoft.KeyVault/vaults/keys@2023-07-01' existing = {
  parent: kv
  name: 'k'
}
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: k.properties.keyUriWithVersion }
    
  }
}
