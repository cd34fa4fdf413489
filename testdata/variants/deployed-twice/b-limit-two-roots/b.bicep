resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = [for i in range(0, 600): {
  name: 'des-${i}'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }
    
  }
}]
