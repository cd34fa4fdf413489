param url string
param rot bool
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: url }
    rotationToLatestKeyVersionEnabled: rot
  }
}
