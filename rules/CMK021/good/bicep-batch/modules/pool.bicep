resource account 'Microsoft.Batch/batchAccounts@2024-07-01' = {
  name: 'batchapps'
  location: 'westeurope'
  properties: {
    poolAllocationMode: 'UserSubscription'
  }
}

resource pool 'Microsoft.Batch/batchAccounts/pools@2024-07-01' = {
  parent: account
  name: 'workers'
  properties: {
    vmSize: 'STANDARD_D4S_V3'
    deploymentConfiguration: {
      virtualMachineConfiguration: {
        imageReference: {
          publisher: 'canonical'
          offer: '0001-com-ubuntu-server-jammy'
          sku: '22_04-lts'
          version: 'latest'
        }
        nodeAgentSkuId: 'batch.node.ubuntu 22.04'
        osDisk: {
          managedDisk: {
            diskEncryptionSet: {
              id: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-disks'
            }
          }
        }
      }
    }
  }
}
