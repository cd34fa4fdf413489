// A member that its type does not require may be left out.
type diskSettings = {
  name: string
  placement: {
    zone: string
  }?
}

param first diskSettings
param others diskSettings[]

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: first.?name ?? 'disk-first'
  location: first.?placement.?zone == null ? 'northeurope' : 'westeurope' // expect: CMK020
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: { diskEncryptionSetId: encryptionSet.id }
  }
}

resource otherDisks 'Microsoft.Compute/disks@2024-03-02' = [for other in others: if (contains(other, 'name')) {
  name: other.name
  location: contains(other, 'placement') ? 'westeurope' : 'northeurope' // expect: CMK020
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 64
    encryption: { diskEncryptionSetId: encryptionSet.id }
  }
}]
