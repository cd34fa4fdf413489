targetScope = 'subscription'

module storage 'modules/disks.bicep' = {
  name: 'disks'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-disks')
}
