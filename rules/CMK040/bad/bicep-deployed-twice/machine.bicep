param location string
param diskSetId string

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      osDisk: {
        createOption: 'FromImage'
        managedDisk: { diskEncryptionSet: { id: diskSetId } }
      }
      imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }
    }
  }
}

module encryption 'encryption.bicep' = {
  name: 'encryption'
  params: {
    location: location
    machineName: vm.name
  }
}
