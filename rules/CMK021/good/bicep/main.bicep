// Two resource groups of one subscription.

targetScope = 'subscription'

module encryptionSet 'modules/encryption-set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-security')
}

module disk 'modules/disk.bicep' = {
  name: 'disk'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'rg-apps')
  params: { encryptionSetId: encryptionSet.outputs.id }
}
