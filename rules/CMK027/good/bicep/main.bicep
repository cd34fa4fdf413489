param policyId string
param machineId string
param stagingAccountId string

resource sourceSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: 'westeurope'
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 64
    encryption: {
      diskEncryptionSetId: sourceSet.id
    }
  }
}

resource recoverySet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-recovery'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource vault 'Microsoft.RecoveryServices/vaults@2024-04-01' existing = {
  name: 'rsv-apps'
}

resource target 'Microsoft.RecoveryServices/vaults/replicationFabrics@2024-04-01' = {
  parent: vault
  name: 'fabric-target'
  properties: {
    customDetails: {
      instanceType: 'Azure'
      location: 'westeurope'
    }
  }
}

resource source 'Microsoft.RecoveryServices/vaults/replicationFabrics@2024-04-01' existing = {
  parent: vault
  name: 'fabric-source'
}

resource sourceContainer 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers@2024-04-01' existing = {
  parent: source
  name: 'container-source'
}

resource targetContainer 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers@2024-04-01' = {
  parent: target
  name: 'container-target'
  properties: {
    providerSpecificInput: [
      {
        instanceType: 'A2A'
      }
    ]
  }
}

resource item 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems@2024-04-01' = {
  parent: sourceContainer
  name: 'vm-app'
  properties: {
    policyId: policyId
    providerSpecificDetails: {
      instanceType: 'A2A'
      fabricObjectId: machineId
      recoveryContainerId: targetContainer.id
      recoveryResourceGroupId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-recovery'
      vmManagedDisks: [
        {
          diskId: disk.id
          primaryStagingAzureStorageAccountId: stagingAccountId
          recoveryResourceGroupId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-recovery'
          recoveryDiskEncryptionSetId: recoverySet.id
        }
      ]
    }
  }
}
