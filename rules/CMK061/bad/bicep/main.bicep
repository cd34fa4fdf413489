targetScope = 'subscription'

module images 'images.bicep' = {
  name: 'images'
  scope: resourceGroup('00000000-0000-0000-0000-000000000001', 'rg-images')
  params: {
    imageId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/images/ubuntu-base'
    setId: '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu' // expect: CMK061
  }
}
