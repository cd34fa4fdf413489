targetScope = 'subscription'

module storage 'modules/disks.bicep' = {
  name: 'disks'
  scope: resourceGroup('RG-Disks')
}
