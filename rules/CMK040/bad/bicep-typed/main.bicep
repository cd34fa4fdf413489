// A member of a parameter that its type requires is always there.

param location string = resourceGroup().location

@secure()
param adminPassword string

param networkInterfaceId string

type diskSettings = {
  encryptionSetId: string
  sizeGB: int?
}

param disk diskSettings

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
          diskEncryptionSet: { id: disk.?encryptionSetId ?? '' }
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
