targetScope = 'subscription'

module encryptionSet 'modules/encryption-set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-security')
}

module disk 'modules/disk.bicep' = {
  name: 'disk'
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg-apps')
  params: { encryptionSetId: encryptionSet.outputs.id } // expect: CMK021
}
