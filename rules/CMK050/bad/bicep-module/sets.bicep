param location string
param prefix string

resource sets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for i in range(0, 2): { // expect: CMK050
  name: '${prefix}-${i}'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}]
