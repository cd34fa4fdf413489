param vaultId string
param keyUrl string

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      sourceVault: {
        id: vaultId
      }
      keyUrl: keyUrl
    }
  }
}

output principalId string = encryptionSet.identity.principalId
