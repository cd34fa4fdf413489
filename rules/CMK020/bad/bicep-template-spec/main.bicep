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

resource templateSpec 'Microsoft.Resources/templateSpecs@2022-02-01' = {
  name: 'ts-disk'
  location: 'westeurope'

  resource version 'versions' = {
    name: '1.0'
    location: 'westeurope'
    properties: {
      mainTemplate: loadJsonContent('disk.json')
    }
  }
}

module disks 'ts:11111111-1111-1111-1111-111111111111/rg-specs/ts-disk:1.0' = {
  name: 'disks'
  params: {
    encryptionSetId: encryptionSet.id
  }
}
