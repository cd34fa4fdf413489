param location string = resourceGroup().location

module stage 'sets.bicep' = [for name in ['dev', 'test']: {
  name: 'sets-${name}'
  params: {
    location: location
    prefix: 'des-${name}'
  }
}]
