// The disk that is copied to another region has the platform's key.

param location string = 'westeurope'

resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
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
        name: 'vm-app-os'
        createOption: 'FromImage'
        managedDisk: { storageAccountType: 'Premium_LRS', diskEncryptionSet: { id: des.id } }
      }
      dataDisks: [
        {
          lun: 0
          createOption: 'Empty'
          diskSizeGB: 64
          managedDisk: { storageAccountType: 'Premium_LRS' }
        }
      ]
    }
  }
}

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: 'northeurope'
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: vm.properties.storageProfile.dataDisks[0].managedDisk.id
    }
  }
}
