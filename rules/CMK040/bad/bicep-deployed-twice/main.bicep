// The machine is deployed twice, to see that nothing changes: it is one machine, and its extension is on it.
param location string

resource diskSet 'Microsoft.Compute/diskEncryptionSets@2023-10-02' existing = {
  name: 'des-app'
}

module machine 'machine.bicep' = [
  for pass in ['first', 'again']: {
    name: 'machine-${pass}'
    params: {
      location: location
      diskSetId: diskSet.id
    }
  }
]
