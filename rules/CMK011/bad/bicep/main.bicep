targetScope = 'subscription'

module image 'modules/image.bicep' = {
  name: 'image'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-images')
  params: { encryptionSetId: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images' }
}

module disk 'modules/disk.bicep' = {
  name: 'disk'
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg-apps')
  params: {
    imageId: image.outputs.id // expect: CMK011
    encryptionSetId: '/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps'
  }
}
