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
    rotationToLatestKeyVersionEnabled: true
  }
}

resource cluster 'Microsoft.ContainerService/managedClusters@2024-05-01' = {
  name: 'aks-apps'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    dnsPrefix: 'apps'
    diskEncryptionSetID: set.id // expect: CMK083
    agentPoolProfiles: [
      {
        name: 'system'
        count: 3
        vmSize: 'Standard_D4s_v5'
        mode: 'System'
        osDiskType: 'Managed'
      }
    ]
  }
}

resource jobs 'Microsoft.ContainerService/managedClusters/agentPools@2024-05-01' = {
  parent: cluster
  name: 'jobs'
  properties: {
    count: 2
    vmSize: 'Standard_D8ds_v5'
    mode: 'User'
    osDiskType: 'Ephemeral'
  }
}
