// Which set it is, is known only at deployment; that there is one is known now.

param location string = resourceGroup().location

@secure()
param adminPassword string

param networkInterfaceId string

param diskEncryptionSetId string

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts-gen2', version: 'latest' }
      osDisk: {
        createOption: 'FromImage'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
          diskEncryptionSet: { id: diskEncryptionSetId }
        }
      }
    }
    osProfile: { computerName: 'vm-app', adminUsername: 'azureuser', adminPassword: adminPassword }
    networkProfile: { networkInterfaces: [{ id: networkInterfaceId }] }
  }
}

resource ade 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {
  parent: vm
  name: 'ade'
  location: location
  properties: {
    publisher: 'Microsoft.Azure.Security'
    type: 'AzureDiskEncryptionForLinux' // expect: CMK040
    typeHandlerVersion: '1.1'
    settings: {
      EncryptionOperation: 'EnableEncryption'
      KeyVaultURL: 'https://kv-ade-weu.vault.azure.net/'
      KeyVaultResourceId: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.KeyVault/vaults/kv-ade-weu'
      VolumeType: 'All'
    }
  }
}
