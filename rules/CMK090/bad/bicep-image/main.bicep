param location string = resourceGroup().location

resource image 'Microsoft.Compute/images@2024-07-01' = { // expect: CMK090
  name: 'img-base'
  location: location
  properties: {
    hyperVGeneration: 'V2'
    storageProfile: {
      osDisk: {
        osType: 'Linux'
        osState: 'Generalized'
        blobUri: 'https://stimages.blob.core.windows.net/vhds/base.vhd'
      }
    }
  }
}
