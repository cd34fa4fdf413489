targetScope = 'subscription'

module disks 'modules/disks.bicep' = [for group in ['rg-disks']: {
  name: 'disks-${group}'
  scope: resourceGroup(group)
}]
