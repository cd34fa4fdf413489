param e bool?
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-a'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv-a.vault.azure.net/keys/k/9f1c0d6be4a84d2f8c35a7e1b0d24c66' } }
}
resource disk 'Microsoft.Compute/disks@2024-03-02' = if (e ?? false) {
  name: 'disk-a'
  location: 'northeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
  }
}
