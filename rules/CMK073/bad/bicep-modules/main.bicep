param tenantId string

module keys 'modules/keys.bicep' = {
  name: 'keys'
  params: {
    tenantId: tenantId
  }
}

module access 'modules/access.bicep' = {
  name: 'access'
  params: {
    vaultName: keys.outputs.vaultName
    principalId: keys.outputs.principalId
  }
}

module disks 'modules/disks.bicep' = {
  name: 'disks'
  params: {
    setId: keys.outputs.setId // expect: CMK073
  }
}
