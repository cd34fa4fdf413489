param n string
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' existing = {
  name: n
}
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: 'westeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des.id }
    
  }
}
