// Versions before 0.15 take the encryption set as the machine's own resource does.
resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'northeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

module machine 'br/public:avm/res/compute/virtual-machine:0.2.0' = {
  name: 'machine'
  params: {
    name: 'vm-app'
    location: 'westeurope' // expect: CMK020
    osType: 'Linux'
    vmSize: 'Standard_D2s_v5'
    adminUsername: 'azureuser'
    availabilityZone: 1
    imageReference: {
      publisher: 'Canonical'
      offer: '0001-com-ubuntu-server-jammy'
      sku: '22_04-lts-gen2'
      version: 'latest'
    }
    nicConfigurations: []
    osDisk: {
      diskSizeGB: 64
      managedDisk: {
        storageAccountType: 'Premium_LRS'
        diskEncryptionSet: {
          id: encryptionSet.id
        }
      }
    }
  }
}
