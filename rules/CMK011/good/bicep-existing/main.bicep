// An existing image of another subscription: its key is not written here.

targetScope = 'subscription'

resource image 'Microsoft.Compute/images@2024-07-01' existing = {
  name: 'img-golden'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-images')
}

module disk 'modules/disk.bicep' = {
  name: 'disk'
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg-apps')
  params: {
    imageId: image.id
    encryptionSetId: '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps'
  }
}
