param location string = resourceGroup().location

param encryptionSetId string

resource image 'Microsoft.Compute/images@2024-07-01' = {
  name: 'img-golden'
  location: location
  properties: {
    hyperVGeneration: 'V2'
    storageProfile: {
      osDisk: {
        osType: 'Linux'
        osState: 'Generalized'
        blobUri: 'https://stimagesweu.blob.core.windows.net/vhds/ubuntu.vhd'
        diskEncryptionSet: { id: encryptionSetId }
      }
    }
  }
}

output id string = image.id
