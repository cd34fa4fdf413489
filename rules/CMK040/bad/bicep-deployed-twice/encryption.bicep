param location string
param machineName string

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' existing = {
  name: machineName
}

resource extension 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {
  parent: vm
  name: 'AzureDiskEncryption'
  location: location
  properties: {
    publisher: 'Microsoft.Azure.Security'
    type: 'AzureDiskEncryptionForLinux' // expect: CMK040
    typeHandlerVersion: '1.1'
    settings: { VolumeType: 'All', EncryptionOperation: 'EnableEncryption' }
  }
}
