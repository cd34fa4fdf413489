param diskLocation string = 'westeurope'
param setLocation string = 'westeurope'
param environment string = 'dev'

resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des-${environment}'
  location: setLocation
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }
  }
}

resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: diskLocation
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 32
    encryption: { diskEncryptionSetId: des.id }
  }
}
