param n string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: n
}
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://other.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }
    
  }
}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: toLower(replace(kv.location, ' ', ''))
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
    
  }
}
