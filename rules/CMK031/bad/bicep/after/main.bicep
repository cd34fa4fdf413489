targetScope = 'subscription'

module disks 'modules/disks.bicep' = {
  name: 'disks'
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg-disks') // expect: CMK031
}
