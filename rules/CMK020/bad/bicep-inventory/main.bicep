resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: 'northeurope' // expect: CMK020
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: '/subscriptions/5f6c1d2e-8a4b-4c3d-9e7f-0a1b2c3d4e5f/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-central'
    }
  }
}
