param location string = 'westeurope'
@allowed(['a', 'b'])
param kind string = 'a'
param names array = ['one']
param settings object = { size: 4, nested: { region: location } }

resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = [for name in names: {
  name: 'des-${name}'
  location: settings.nested.region
  identity: { type: 'SystemAssigned' }
  properties: { activeKey: { keyUrl: 'https://kv-fixed.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' } }
}]

resource disk 'Microsoft.Compute/disks@2024-03-02' = if (kind == 'a') {
  name: 'disk-fixed'
  location: 'northeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: settings.size
    encryption: { diskEncryptionSetId: des[0].id }
  }
}

output set string = des[0].id
