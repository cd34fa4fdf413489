resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: 'westeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: {
      diskEncryptionSetId: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-disks'
    }
  }
}

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: 'westeurope'
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: disk.id
    }
    incremental: true
  }
}
