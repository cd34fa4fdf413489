param n string
param loc string
param des string
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: n
  location: loc
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: des }
    
  }
}
