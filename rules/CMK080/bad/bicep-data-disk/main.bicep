param location string = resourceGroup().location
param networkInterfaceId string
param sshPublicKey string

resource confidentialSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-confidential'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-cvm-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
    encryptionType: 'ConfidentialVmEncryptedWithCustomerKey'
  }
}

// The OS disk is right, the data disk is an ordinary one.
resource vm 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-app'
  location: location
  properties: {
    hardwareProfile: {
      vmSize: 'Standard_DC2as_v5'
    }
    securityProfile: {
      securityType: 'ConfidentialVM'
      uefiSettings: {
        secureBootEnabled: true
        vTpmEnabled: true
      }
    }
    storageProfile: {
      imageReference: {
        publisher: 'Canonical'
        offer: '0001-com-ubuntu-confidential-vm-jammy'
        sku: '22_04-lts-cvm'
        version: 'latest'
      }
      osDisk: {
        createOption: 'FromImage'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
          securityProfile: {
            securityEncryptionType: 'DiskWithVMGuestState'
            diskEncryptionSet: {
              id: confidentialSet.id
            }
          }
        }
      }
      dataDisks: [
        {
          lun: 0
          createOption: 'Empty'
          diskSizeGB: 64
          managedDisk: {
            storageAccountType: 'Premium_LRS'
            diskEncryptionSet: {
              id: confidentialSet.id // expect: CMK080
            }
          }
        }
      ]
    }
    osProfile: {
      computerName: 'vm-app'
      adminUsername: 'azureuser'
      linuxConfiguration: {
        disablePasswordAuthentication: true
        ssh: {
          publicKeys: [
            {
              path: '/home/azureuser/.ssh/authorized_keys'
              keyData: sshPublicKey
            }
          ]
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
