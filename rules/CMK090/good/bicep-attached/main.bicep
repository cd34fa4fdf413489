param location string = resourceGroup().location
param networkInterfaceId string

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-disks'
}

param snapshotId string

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: location
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: snapshotId
    }
    diskSizeGB: 128
    osType: 'Linux'
    encryption: {
      diskEncryptionSetId: encryptionSet.id
    }
  }
}

// The disk that is attached names its set itself.
resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: {
      vmSize: 'Standard_D2s_v5'
    }
    storageProfile: {
      osDisk: {
        createOption: 'Attach'
        osType: 'Linux'
        managedDisk: {
          id: disk.id
        }
      }
    }
    networkProfile: {
      networkInterfaces: [
        {
          id: networkInterfaceId
        }
      ]
    }
  }
}
