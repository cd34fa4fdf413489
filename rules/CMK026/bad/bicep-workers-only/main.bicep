param clusterGroupId string
param mainSubnetId string
param workerSubnetId string

resource otherSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-other'
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

resource set 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
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

resource cluster 'Microsoft.RedHatOpenShift/openShiftClusters@2023-11-22' = {
  name: 'aro-apps'
  location: 'westeurope'
  properties: {
    clusterProfile: {
      domain: 'apps'
      resourceGroupId: clusterGroupId
    }
    masterProfile: {
      vmSize: 'Standard_D8s_v5'
      subnetId: mainSubnetId
    }
    workerProfiles: [
      {
        name: 'worker'
        vmSize: 'Standard_D4s_v5'
        diskSizeGB: 128
        count: 3
        subnetId: workerSubnetId
        diskEncryptionSetId: otherSet.id // expect: CMK026
      }
    ]
  }
}
