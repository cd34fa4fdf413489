param location string = resourceGroup().location

param teams array = [
  'app'
  'data'
  'log'
  'web'
]

resource sets 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for team in teams: { // expect: CMK050
  name: 'des-${team}'
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
