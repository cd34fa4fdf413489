targetScope = 'subscription'

module encryptionSet 'modules/set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup('00000000-0000-0000-0000-000000000001', 'rg-disks')
}
