// The second subscription of the loop is not the one of the image.

targetScope = 'subscription'

var subscriptions = [
  '11111111-1111-1111-1111-111111111111'
  '22222222-2222-2222-2222-222222222222'
]

module image 'modules/image.bicep' = {
  name: 'image'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-images')
  params: { encryptionSetId: '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-images/providers/Microsoft.Compute/diskEncryptionSets/des-images' }
}

module disks 'modules/disk.bicep' = [
  for id in subscriptions: {
    name: 'disk'
    scope: resourceGroup(id, 'rg-apps')
    params: {
      imageId: image.outputs.id // expect: CMK011
      encryptionSetId: '/subscriptions/${id}/resourceGroups/rg-apps/providers/Microsoft.Compute/diskEncryptionSets/des-apps'
    }
  }
]
