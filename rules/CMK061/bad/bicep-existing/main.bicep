targetScope = 'subscription'

module images 'images.bicep' = {
  name: 'images'
  scope: resourceGroup('00000000-0000-0000-0000-000000000001', 'rg-images')
  params: {
    imageId: '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/images/ubuntu-base'
    setId: keySet.id // expect: CMK061
  }
}

resource keySet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' existing = {
  name: 'des-images-weu'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-keys')
}
