// The callers choose the regions: no region is known to hold more than one set.
param regions array

resource sets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for i in range(0, 4): {
  name: 'des-${i}'
  location: regions[i]
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}]
