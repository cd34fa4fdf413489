param s string?
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: 'westeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { type: 'EncryptionAtRestWithCustomerKey', diskEncryptionSetId: s }
    encryptionSettingsCollection: { enabled: true }
  }
}
