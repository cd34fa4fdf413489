resource set 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      sourceVault: {
        id: '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-disks-weu' // expect: CMK022
      }
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}
