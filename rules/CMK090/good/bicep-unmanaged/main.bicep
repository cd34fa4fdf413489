// Blobs in a storage account are no managed disks, nor are ephemeral disks.

param location string = resourceGroup().location
param networkInterfaceIds array
param sshPublicKey string
param storageUri string

var linux = {
  disablePasswordAuthentication: true
  ssh: { publicKeys: [{ path: '/home/azureuser/.ssh/authorized_keys', keyData: sshPublicKey }] }
}
var image = { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' }

resource unmanaged 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-old'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v3' }
    storageProfile: {
      imageReference: image
      osDisk: { name: 'os', createOption: 'FromImage', vhd: { uri: '${storageUri}vhds/os.vhd' } }
      dataDisks: [{ lun: 0, name: 'data', createOption: 'Empty', diskSizeGB: 64, vhd: { uri: '${storageUri}vhds/data.vhd' } }]
    }
    osProfile: { computerName: 'vm-old', adminUsername: 'azureuser', linuxConfiguration: linux }
    networkProfile: { networkInterfaces: [{ id: networkInterfaceIds[0] }] }
  }
}

resource ephemeral 'Microsoft.Compute/virtualMachines@2024-07-01' = {
  name: 'vm-stateless'
  location: location
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2ds_v5' }
    storageProfile: {
      imageReference: image
      osDisk: {
        createOption: 'FromImage'
        caching: 'ReadOnly'
        diffDiskSettings: { option: 'Local', placement: 'CacheDisk' }
        managedDisk: { storageAccountType: 'Standard_LRS' }
      }
    }
    osProfile: { computerName: 'vm-stateless', adminUsername: 'azureuser', linuxConfiguration: linux }
    networkProfile: { networkInterfaces: [{ id: networkInterfaceIds[1] }] }
  }
}
