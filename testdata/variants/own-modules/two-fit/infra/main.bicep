resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }
  }
}

module disk 'br:own.azurecr.io/bicep/modules/disk:v1' = {
  name: 'disk'
  params: {
    location: 'northeurope'
    setId: des.id
  }
}
