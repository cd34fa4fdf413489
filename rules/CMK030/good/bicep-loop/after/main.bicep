targetScope = 'subscription'

module disks 'modules/disks.bicep' = [for group in ['rg-apps', 'rg-disks']: {
  name: 'disks-${group}'
  scope: resourceGroup(group)
}]
