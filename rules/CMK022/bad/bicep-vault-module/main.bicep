targetScope = 'subscription'

module keys 'modules/keys.bicep' = {
  name: 'keys'
  scope: resourceGroup('00000000-0000-0000-0000-000000000002', 'rg-keys')
}

module encryptionSet 'modules/set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup('00000000-0000-0000-0000-000000000001', 'rg-disks')
  params: {
    vaultId: keys.outputs.vaultId // expect: CMK022
    keyUrl: keys.outputs.keyUrl // expect: CMK021
  }
}

// The role on the vault is assigned by whoever reads this.
output principalId string = encryptionSet.outputs.principalId
