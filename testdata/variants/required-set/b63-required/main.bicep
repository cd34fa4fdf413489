param s string
resource g 'Microsoft.Compute/galleries@2023-07-03' = {
  name: 'g'
  location: 'westeurope'
  properties: { sharingProfile: { permissions: 'Groups' } }
}
resource i 'Microsoft.Compute/galleries/images@2023-07-03' existing = {
  parent: g
  name: 'i'
}
resource v 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {
  parent: i
  name: '1.0.0'
  location: 'westeurope'
  properties: { publishingProfile: { targetRegions: [ { name: 'westeurope', encryption: { osDiskImage: { diskEncryptionSetId: s } } } ] }, storageProfile: { source: { id: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/images/img' } } }
}
