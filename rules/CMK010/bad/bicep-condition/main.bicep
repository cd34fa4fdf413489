// Wrong where `dedicated` is true.

param location string = 'westeurope'

@secure()
param adminPassword string

param networkInterfaceId string

param dedicated bool

resource imageSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-images'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/images/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

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

resource image 'Microsoft.Compute/images@2024-07-01' = {
  name: 'img-golden'
  location: location
  properties: {
    hyperVGeneration: 'V2'
    storageProfile: {
      osDisk: {
        osType: 'Linux'
        osState: 'Generalized'
        blobUri: 'https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd'
        diskEncryptionSet: { id: imageSet.id }
      }
    }
  }
}

resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' }
    storageProfile: {
      imageReference: {
        id: image.id
      }
      osDisk: {
        createOption: 'FromImage'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
          diskEncryptionSet: {
            id: dedicated ? appSet.id : imageSet.id // expect: CMK010
          }
        }
      }
    }
    osProfile: { computerName: 'vm-app', adminUsername: 'azureuser', adminPassword: adminPassword }
    networkProfile: { networkInterfaces: [{ id: networkInterfaceId }] }
  }
}
