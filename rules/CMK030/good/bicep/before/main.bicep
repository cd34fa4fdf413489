targetScope = 'subscription'

module disks 'modules/disks.bicep' = {
  name: 'disks'
  scope: resourceGroup('rg-disks')
}
