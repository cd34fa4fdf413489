param group string

module snapshots 'snapshots.bicep' = {
  name: 'snapshots'
  scope: resourceGroup(group)
}
