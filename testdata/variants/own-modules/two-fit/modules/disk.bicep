param location string
param setId string

resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: location
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 32
    encryption: { diskEncryptionSetId: setId }
  }
}
