var regions = [
  'northeurope'
  'westeurope'
]

resource sets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for i in range(0, 4): {
  name: 'des-${regions[i % 2]}-${i}'
  location: regions[i % 2]
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-${regions[i % 2]}.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}]
