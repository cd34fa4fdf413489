param env string
param n int = 3
param list array = ['westeurope', 'northeurope']
var map = { a: 1, b: { c: 'd' } }
var value = EXPRESSION

resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = if (value == 'a') {
  name: 'des'
  location: EXPRESSION
  properties: { activeKey: { keyUrl: 'https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' } }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-${map.b.c}'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    encryption: { diskEncryptionSetId: des.id }
  }
}
