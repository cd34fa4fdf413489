// A marketplace image has no key of a customer.

param location string = 'westeurope'

@secure()
param adminPassword string

param networkInterfaceId string

resource appSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-apps'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/apps/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }
      osDisk: {
        createOption: 'FromImage'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
          diskEncryptionSet: { id: appSet.id }
        }
      }
    }
    osProfile: { computerName: 'vm-app', adminUsername: 'azureuser', adminPassword: adminPassword }
    networkProfile: { networkInterfaces: [{ id: networkInterfaceId }] }
  }
}
