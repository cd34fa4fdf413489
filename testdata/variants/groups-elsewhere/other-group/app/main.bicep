resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' existing = {
  scope: subscription()
  name: 'rg-shared'
}
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
}
resource d 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'd'
  location: rg.location
  properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8, encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id } }
}
