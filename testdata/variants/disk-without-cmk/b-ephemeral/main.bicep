resource vm 'Microsoft.Compute/virtualMachines@2024-03-01' = {
  name: 'vm'
  location: 'westeurope'
  properties: {
    hardwareProfile: { vmSize: 'Standard_D4ads_v5' }
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }
      osDisk: {
        createOption: 'FromImage'
        caching: 'ReadOnly'
        diffDiskSettings: { option: 'Local', placement: 'ResourceDisk' }
      }
    }
  }
}
